#include "device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "bus.h"
#include "log.h"
#include "sysfs.h"
#include "udev.h"

struct device *device_new(const struct usbip_server *server, const char *busid, unsigned bus, unsigned number) {
  struct device *device = calloc(1, sizeof *device);
  if (!device) return NULL;
  snprintf(device->busid, sizeof device->busid, "%s", busid);
  snprintf(device->name, sizeof device->name, "%u%s", bus, strchr(device->busid, '-'));
  device->bus = bus;
  device->number = number;
  device->server = server;
  device->references = 1;
  device->pending_end = &device->pending;
  pthread_mutex_init(&device->lock, NULL);
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&device->changed, &monotonic);
  pthread_condattr_destroy(&monotonic);
  return device;
}

void device_hold(struct device *device) {
  pthread_mutex_lock(&device->lock);
  device->references++;
  pthread_mutex_unlock(&device->lock);
}

void device_release(struct device *device) {
  pthread_mutex_lock(&device->lock);
  bool last = --device->references == 0;
  pthread_mutex_unlock(&device->lock);
  if (!last) return;
  description_free(&device->description);
  pthread_cond_destroy(&device->changed);
  pthread_mutex_destroy(&device->lock);
  free(device);
}

int device_submit(struct device *device, struct urb *urb) {
  if (device->state != PLUGGED) return -ENODEV;
  urb->seqnum = ++device->seqnum;
  urb->next = NULL;
  *device->pending_end = urb;
  device->pending_end = &urb->next;
  struct usbip_submit submit = {
      .seqnum = urb->seqnum,
      .length = urb->length,
      .flags = urb->flags,
      .interval = urb->interval,
      .endpoint = urb->endpoint,
      .setup = urb->setup,
      .payload = urb->data,
  };
  // Under the lock, so that a cancellation cannot overtake its transfer.
  usbip_send_submit(&device->link, &submit);
  return 0;
}

void device_unlink(struct device *device, struct urb *urb, int status) {
  if (urb->unlinked || urb->done) return;
  urb->unlinked = true;
  urb->unlink_status = status;
  urb->unlink_seqnum = ++device->seqnum;
  if (device->state == PLUGGED) usbip_send_unlink(&device->link, urb->unlink_seqnum, urb->seqnum);
}

void device_pull(struct device *device) {
  if (device->state == PLUGGED) shutdown(device->link.socket, SHUT_RDWR);
}

static void complete(struct device *device, struct urb *urb, int status) {
  struct urb **link = &device->pending;
  while (*link != urb) link = &(*link)->next;
  *link = urb->next;
  if (device->pending_end == &urb->next) device->pending_end = link;
  urb->status = urb->unlinked ? urb->unlink_status : status;
  if (urb->file) open_file_complete(urb->file, urb);
  else urb_free(urb);
  pthread_cond_broadcast(&device->changed);
}

// Only the device's own thread takes transfers off the list, so what this finds stays there without the lock.
static struct urb *find_pending(struct device *device, const struct usbip_reply *reply) {
  pthread_mutex_lock(&device->lock);
  struct urb *urb = device->pending;
  if (reply->command == USBIP_RET_SUBMIT) {
    while (urb && urb->seqnum != reply->seqnum) urb = urb->next;
  } else {
    while (urb && !(urb->unlinked && urb->unlink_seqnum == reply->seqnum)) urb = urb->next;
  }
  pthread_mutex_unlock(&device->lock);
  return urb;
}

static int take_reply(struct device *device, const struct usbip_reply *reply) {
  if (reply->command != USBIP_RET_SUBMIT && reply->command != USBIP_RET_UNLINK) return -EPROTO;
  struct urb *urb = find_pending(device, reply);
  if (reply->command == USBIP_RET_SUBMIT) {
    // Whether bytes follow is only known of a transfer that was sent, so an unknown one cannot be skipped.
    if (!urb || reply->actual_length > urb->length) return -EPROTO;
    if (urb_is_in(urb)) {
      int error = usbip_receive_payload(&device->link, urb->data, reply->actual_length);
      if (error) return error;
    }
    urb->actual_length = reply->actual_length;
  } else if (!urb) {
    return 0; // its RET_SUBMIT came first, as the protocol allows
  }
  pthread_mutex_lock(&device->lock);
  complete(device, urb, reply->status);
  pthread_mutex_unlock(&device->lock);
  return 0;
}

static int serve(struct device *device) {
  device->link.patience_ms = -1;
  struct usbip_reply reply;
  int error;
  do error = usbip_receive_reply(&device->link, &reply);
  while (!error && !(error = take_reply(device, &reply)));
  return error;
}

static int import(struct device *device) {
  struct usbip_export imported;
  int socket = usbip_import(device->server, device->busid, &imported);
  if (socket < 0) return socket;
  device->speed = imported.speed;
  int error = usbip_link_open(&device->link, socket, imported.device_id);
  if (!error) error = description_read(&device->description, &device->link, &device->seqnum);
  if (error) usbip_link_close(&device->link);
  return error;
}

static void plug(struct device *device) {
  device->configuration = device->description.bytes[DEVICE_DESCRIPTOR + 5];
  sysfs_add(device);
  pthread_mutex_lock(&device->lock);
  device->state = PLUGGED;
  pthread_mutex_unlock(&device->lock);
  udev_announce(device, "add");
  bus_settle();
  say("%s plugged in as %03u/%03u: %s", device->busid, device->bus, device->number, device->description.serial);
}

static void unplug(struct device *device) {
  pthread_mutex_lock(&device->lock);
  device->state = GONE;
  while (device->pending) complete(device, device->pending, -ESHUTDOWN);
  for (struct open_file *file = device->files; file; file = file->next) open_file_wake(file);
  pthread_cond_broadcast(&device->changed);
  pthread_mutex_unlock(&device->lock);
  usbip_link_close(&device->link);
  sysfs_remove(device);
  udev_announce(device, "remove");
}

static void *live(void *argument) {
  struct device *device = argument;
  int error = import(device);
  if (!error) {
    plug(device);
    error = serve(device);
    unplug(device);
  }
  say("%s unplugged: %s", device->busid, error == -EPIPE ? "the server ended it" : strerror(-error));
  bus_remove(device);
  device_release(device);
  return NULL;
}

void device_start(struct device *device) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, live, device)) abort();
  pthread_detach(thread);
}
