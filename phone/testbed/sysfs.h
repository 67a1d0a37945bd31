// The files of a device in /sys, which libudev, libusb and lsusb read.
#ifndef SYSFS_H
#define SYSFS_H

#include "device.h"

#define SYSFS_DEVICES "/sys/devices/usb-testbed"
#define SYSFS_PATH 128

// The device's folder.
void sysfs_folder(const struct device *device, char folder[SYSFS_PATH]);

void sysfs_add(struct device *device);
void sysfs_remove(struct device *device);

// After another configuration or alternate setting was chosen; with the device's lock held.
void sysfs_update(struct device *device);

#endif
