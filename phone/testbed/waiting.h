// How an ioctl waits for its device: not for ever, and not past a signal.
#ifndef WAITING_H
#define WAITING_H

#include <time.h>

#include "caller.h"
#include "open-file.h"

// How long a device may take to end a transfer, and to answer a request of usbfs's own.
#define PATIENCE_MS 5000

struct timespec deadline_in(unsigned ms);

// With the device's lock held: waits for a change, and pulls the device when there is none before the deadline. A
// server that does not even end a transfer is broken, and whoever waits could not be killed.
void wait_or_pull(struct device *device, struct timespec *deadline);

// A signal is a change to whoever waits between these two. Without the device's lock: libfuse calls back under its own.
void listen_to_signals(const struct caller *caller, struct open_file *file);
void ignore_signals(const struct caller *caller);

#endif
