#include "caller.h"

#include <errno.h>

// FUSE hands an ioctl's structs over only as far as its number says (_IOC_WRITE, _IOC_SIZE); usbfs's numbers do not
// say it truthfully and the transfer buffers are behind pointers, so the caller's memory is reached directly.
int caller_read(const struct caller *caller, uint64_t address, void *to, size_t length) {
  if (length == 0) return 0;
  struct iovec local = {to, length}, remote = {(void *)(uintptr_t)address, length};
  return process_vm_readv(caller->pid, &local, 1, &remote, 1, 0) == (ssize_t)length ? 0 : -EFAULT;
}

int caller_write(const struct caller *caller, const struct caller_piece *pieces, int count) {
  struct iovec local[CALLER_PIECES], remote[CALLER_PIECES];
  size_t total = 0;
  for (int i = 0; i < count; i++) {
    local[i] = (struct iovec){(void *)(uintptr_t)pieces[i].local, pieces[i].length};
    remote[i] = (struct iovec){(void *)(uintptr_t)pieces[i].address, pieces[i].length};
    total += pieces[i].length;
  }
  return process_vm_writev(caller->pid, local, count, remote, count, 0) == (ssize_t)total ? 0 : -EFAULT;
}
