// The transfers that an ioctl waits for.
// All answer what the ioctl returns: the bytes transferred, or -errno. None is called with the device's lock held.
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "caller.h"
#include "open-file.h"

int exchange_control(const struct caller *caller, struct open_file *file, uint64_t argument);
int exchange_bulk(const struct caller *caller, struct open_file *file, uint64_t argument);

// A control request of usbfs's own, with no data.
int exchange_request(struct open_file *file, uint8_t type, uint8_t request, uint16_t value, uint16_t index);

#endif
