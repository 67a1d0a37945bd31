// usbfs's ioctls.
#ifndef IOCTLS_H
#define IOCTLS_H

#include "caller.h"
#include "open-file.h"

// Answers what ioctl(2) returns: a number from 0 on, or -errno. May wait.
int usbfs_ioctl(const struct caller *caller, struct open_file *file, unsigned command, uint64_t argument);

#endif
