// usbfs's ioctls that set a device: its configuration, an alternate setting, a halt to be cleared, a reset.
// All answer 0 or -errno and wait for the device. None is called with the device's lock held.
#ifndef SETTINGS_H
#define SETTINGS_H

#include "caller.h"
#include "open-file.h"

int setting_configuration(struct open_file *file, int value);
int setting_interface(const struct caller *caller, struct open_file *file, uint64_t argument);
int setting_clear_halt(struct open_file *file, unsigned endpoint);
int setting_reset_endpoint(struct open_file *file, unsigned endpoint);
int setting_reset(struct open_file *file);

#endif
