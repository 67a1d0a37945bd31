#include "open-file.h"

#include <poll.h>
#include <stdlib.h>

#include "device.h"

struct open_file *open_file_new(struct device *device, bool writable) {
  struct open_file *file = calloc(1, sizeof *file);
  if (!file) return NULL;
  file->device = device;
  file->writable = writable;
  file->completed_end = &file->completed;

  pthread_mutex_lock(&device->lock);
  bool plugged = device->state == PLUGGED;
  if (plugged) {
    file->next = device->files;
    device->files = file;
    device->references++;
  }
  pthread_mutex_unlock(&device->lock);
  if (plugged) return file;
  free(file);
  return NULL;
}

void open_file_close(struct open_file *file) {
  struct device *device = file->device;
  pthread_mutex_lock(&device->lock);
  struct open_file **link = &device->files;
  while (*link != file) link = &(*link)->next;
  *link = file->next;
  for (struct urb *urb = device->pending; urb; urb = urb->next) {
    if (urb->file != file) continue;
    urb->file = NULL;
    device_unlink(device, urb, 0);
  }
  pthread_mutex_unlock(&device->lock);

  while (file->completed) {
    struct urb *urb = file->completed;
    file->completed = urb->next;
    urb_free(urb);
  }
  if (file->poller) fuse_pollhandle_destroy(file->poller);
  free(file);
  device_release(device);
}

unsigned open_file_poll(struct open_file *file, struct fuse_pollhandle *poller) {
  struct device *device = file->device;
  pthread_mutex_lock(&device->lock);
  unsigned events = 0;
  if (file->writable && file->completed) events |= POLLOUT | POLLWRNORM;
  if (device->state == GONE) events |= POLLHUP | POLLERR;
  if (poller) {
    if (file->poller) fuse_pollhandle_destroy(file->poller);
    file->poller = poller;
  }
  pthread_mutex_unlock(&device->lock);
  return events;
}

void open_file_wake(struct open_file *file) {
  if (!file->poller) return;
  fuse_lowlevel_notify_poll(file->poller);
  fuse_pollhandle_destroy(file->poller);
  file->poller = NULL;
}

void open_file_complete(struct open_file *file, struct urb *urb) {
  urb->done = true;
  if (urb->user_urb) {
    urb->next = NULL;
    *file->completed_end = urb;
    file->completed_end = &urb->next;
  }
  open_file_wake(file);
}
