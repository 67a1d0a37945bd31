// Ends transfers before the device does, and waits until they have ended. Called without the device's lock.
#ifndef CANCELLATION_H
#define CANCELLATION_H

#include "open-file.h"

// The one submitted with that struct usbdevfs_urb: 0, or -EINVAL when it is done already.
int cancellation_discard(struct open_file *file, uint64_t user_urb);

// Every transfer on that interface (with ALL_INTERFACES on any) of that file (with NULL of any).
#define ALL_INTERFACES (-2)
void cancellation_kill(struct device *device, const struct open_file *file, int interface, int status);

#endif
