// One open file on a device's node: what it claimed, and which of its transfers are done.
#ifndef OPEN_FILE_H
#define OPEN_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "caller.h"
#include "urb.h"

struct device;

// All of it is guarded by the device's lock.
struct open_file {
  struct open_file *next;
  struct device *device;
  bool writable;
  uint32_t claimed; // a bit an interface
  struct urb *completed, **completed_end;
  struct fuse_pollhandle *poller;
};

// NULL when the device is gone. Holds the device.
struct open_file *open_file_new(struct device *device, bool writable);

// Unlinks what is in flight, without waiting: the answers are thrown away when they come.
void open_file_close(struct open_file *file);

// The poll(2) events now; `poller` (or NULL) is told when there are others.
unsigned open_file_poll(struct open_file *file, struct fuse_pollhandle *poller);

// With the device's lock held: the transfer is done, or the device gone.
void open_file_complete(struct open_file *file, struct urb *urb);
void open_file_wake(struct open_file *file);

#endif
