// Tells whoever listens to udev (libudev monitors: Chromium, libusb) that a device came or went.
#ifndef UDEV_H
#define UDEV_H

#include "device.h"

void udev_announce(const struct device *device, const char *action);

#endif
