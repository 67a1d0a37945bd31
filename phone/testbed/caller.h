// The process that an ioctl came from: its memory and its signals.
#ifndef CALLER_H
#define CALLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#define FUSE_USE_VERSION 312
#include <fuse3/fuse_lowlevel.h>

struct caller {
  fuse_req_t request;
  pid_t pid;
};

// Where one piece of an answer goes: `local` bytes to `address` in the caller.
struct caller_piece {
  const void *local;
  uint64_t address;
  size_t length;
};

#define CALLER_PIECES 4

// 0 or -EFAULT, as the kernel's copy_from_user.
int caller_read(const struct caller *caller, uint64_t address, void *to, size_t length);

// Writes up to CALLER_PIECES pieces with one system call; 0 or -EFAULT.
int caller_write(const struct caller *caller, const struct caller_piece *pieces, int count);

#endif
