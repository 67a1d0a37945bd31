// The transfers that a program submits, and reaps when they are done.
// Both answer 0 or -errno, and are called without the device's lock.
#ifndef SUBMISSION_H
#define SUBMISSION_H

#include "caller.h"
#include "open-file.h"

int submission_submit(const struct caller *caller, struct open_file *file, uint64_t argument);
int submission_reap(const struct caller *caller, struct open_file *file, uint64_t argument, bool wait);

#endif
