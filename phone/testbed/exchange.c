#include "exchange.h"

#include <errno.h>
#include <linux/usb/ch9.h>
#include <linux/usbdevice_fs.h>
#include <string.h>

#include "claims.h"
#include "device.h"
#include "waiting.h"

// With the lock held: waits until `urb` is done, unlinking it at the deadline or on a signal. Its own status, or
// -ETIMEDOUT or -EINTR.
static int wait_done(const struct caller *caller, struct open_file *file, struct urb *urb, unsigned timeout_ms) {
  struct device *device = file->device;
  struct timespec deadline = deadline_in(timeout_ms);
  int reason = 0;
  while (!urb->done && !reason) {
    if (caller && fuse_req_interrupted(caller->request)) reason = -EINTR;
    else if (timeout_ms == 0) pthread_cond_wait(&device->changed, &device->lock);
    else if (pthread_cond_timedwait(&device->changed, &device->lock, &deadline) == ETIMEDOUT) reason = -ETIMEDOUT;
  }
  if (urb->done) return urb->status;
  device_unlink(device, urb, reason);
  struct timespec patience = deadline_in(PATIENCE_MS);
  while (!urb->done) wait_or_pull(device, &patience);
  return urb->status;
}

static int run(const struct caller *caller, struct open_file *file, struct urb *urb, unsigned timeout_ms) {
  struct device *device = file->device;
  if (caller) listen_to_signals(caller, file);
  pthread_mutex_lock(&device->lock);
  int result = device_submit(device, urb);
  if (!result) result = wait_done(caller, file, urb, timeout_ms);
  pthread_mutex_unlock(&device->lock);
  if (caller) ignore_signals(caller);
  return result == 0 ? (int)urb->actual_length : result == -ESHUTDOWN ? -ENODEV : result;
}

// Runs a transfer between the caller's memory and the device.
static int exchange(
    const struct caller *caller, struct open_file *file, struct urb *urb, unsigned timeout_ms, const void *user_data) {
  uint64_t address = (uintptr_t)user_data;
  int result = urb_is_in(urb) ? 0 : caller_read(caller, address, urb->data, urb->length);
  if (!result) result = run(caller, file, urb, timeout_ms);
  if (result > 0 && urb_is_in(urb)) {
    struct caller_piece piece = {urb->data, address, urb->actual_length};
    if (caller_write(caller, &piece, 1)) result = -EFAULT;
  }
  urb_free(urb);
  return result;
}

int exchange_control(const struct caller *caller, struct open_file *file, uint64_t argument) {
  struct usbdevfs_ctrltransfer asked;
  if (caller_read(caller, argument, &asked, sizeof asked)) return -EFAULT;
  if (asked.wLength > 4096) return -EINVAL;
  pthread_mutex_lock(&file->device->lock);
  int interface = claim_recipient(file, asked.bRequestType, asked.wIndex);
  pthread_mutex_unlock(&file->device->lock);
  if (interface < NO_INTERFACE) return interface;
  struct urb *urb = urb_new(file, asked.wLength);
  if (!urb) return -ENOMEM;
  memcpy(urb->setup, &asked, sizeof urb->setup); // the struct begins as the packet does
  urb->endpoint = asked.wLength ? asked.bRequestType & USB_DIR_IN : 0;
  urb->interface = interface;
  return exchange(caller, file, urb, asked.timeout, asked.data);
}

int exchange_bulk(const struct caller *caller, struct open_file *file, uint64_t argument) {
  struct usbdevfs_bulktransfer asked;
  if (caller_read(caller, argument, &asked, sizeof asked)) return -EFAULT;
  if (asked.len > INT32_MAX) return -EINVAL;
  const uint8_t *descriptor;
  pthread_mutex_lock(&file->device->lock);
  int interface = claim_endpoint(file, (uint8_t)asked.ep, &descriptor);
  pthread_mutex_unlock(&file->device->lock);
  if (interface < 0) return interface;
  struct urb *urb = urb_new(file, asked.len);
  if (!urb) return -ENOMEM;
  urb->endpoint = (uint8_t)asked.ep;
  urb->interface = interface;
  return exchange(caller, file, urb, asked.timeout, asked.data);
}

int exchange_request(struct open_file *file, uint8_t type, uint8_t request, uint16_t value, uint16_t index) {
  struct urb *urb = urb_new(file, 0);
  if (!urb) return -ENOMEM;
  struct usb_ctrlrequest setup = {.bRequestType = type, .bRequest = request, .wValue = value, .wIndex = index};
  memcpy(urb->setup, &setup, sizeof urb->setup);
  int result = run(NULL, file, urb, PATIENCE_MS);
  urb_free(urb);
  return result;
}
