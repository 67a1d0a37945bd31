#include "waiting.h"

#include <errno.h>

#include "device.h"

struct timespec deadline_in(unsigned ms) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  at.tv_sec += ms / 1000;
  at.tv_nsec += ms % 1000 * 1000000L;
  if (at.tv_nsec >= 1000000000L) {
    at.tv_sec++;
    at.tv_nsec -= 1000000000L;
  }
  return at;
}

void wait_or_pull(struct device *device, struct timespec *deadline) {
  if (pthread_cond_timedwait(&device->changed, &device->lock, deadline) != ETIMEDOUT) return;
  device_pull(device);
  *deadline = deadline_in(PATIENCE_MS);
}

static void on_signal(fuse_req_t request, void *context) {
  (void)request;
  struct open_file *file = context;
  pthread_mutex_lock(&file->device->lock);
  pthread_cond_broadcast(&file->device->changed);
  pthread_mutex_unlock(&file->device->lock);
}

void listen_to_signals(const struct caller *caller, struct open_file *file) {
  fuse_req_interrupt_func(caller->request, on_signal, file);
}

void ignore_signals(const struct caller *caller) { fuse_req_interrupt_func(caller->request, NULL, NULL); }
