#include "submission.h"

#include <errno.h>
#include <linux/usb/ch9.h>
#include <linux/usbdevice_fs.h>
#include <stddef.h>
#include <string.h>

#include "claims.h"
#include "device.h"
#include "waiting.h"

// linux/usb.h's transfer_flags, as CMD_SUBMIT has them
enum { WIRE_SHORT_NOT_OK = 0x01, WIRE_ZERO_PACKET = 0x40 };

// Checks a submitted control transfer and fills in what its setup packet says.
static int prepare_control(
    const struct caller *caller, struct open_file *file, const struct usbdevfs_urb *asked, struct usb_ctrlrequest *setup) {
  if (asked->endpoint & USB_ENDPOINT_NUMBER_MASK) return -EINVAL; // only endpoint 0 does control transfers here
  if (asked->buffer_length < (int)sizeof *setup) return -EINVAL;
  if (caller_read(caller, (uintptr_t)asked->buffer, setup, sizeof *setup)) return -EFAULT;
  if (asked->buffer_length < (int)sizeof *setup + setup->wLength) return -EINVAL;
  pthread_mutex_lock(&file->device->lock);
  int interface = claim_recipient(file, setup->bRequestType, setup->wIndex);
  pthread_mutex_unlock(&file->device->lock);
  return interface;
}

static int prepare_data(struct open_file *file, const struct usbdevfs_urb *asked, uint8_t *interval) {
  const uint8_t *descriptor;
  pthread_mutex_lock(&file->device->lock);
  int interface = claim_endpoint(file, asked->endpoint, &descriptor);
  pthread_mutex_unlock(&file->device->lock);
  if (interface < 0) return interface;
  uint8_t type = descriptor[3] & USB_ENDPOINT_XFERTYPE_MASK;
  bool fits = type == USB_ENDPOINT_XFER_INT || (type == USB_ENDPOINT_XFER_BULK && asked->type == USBDEVFS_URB_TYPE_BULK);
  if (!fits) return -EINVAL;
  *interval = type == USB_ENDPOINT_XFER_INT ? descriptor[6] : 0;
  return interface;
}

int submission_submit(const struct caller *caller, struct open_file *file, uint64_t argument) {
  struct usbdevfs_urb asked;
  if (caller_read(caller, argument, &asked, sizeof asked)) return -EFAULT;
  const unsigned known = USBDEVFS_URB_SHORT_NOT_OK | USBDEVFS_URB_ZERO_PACKET | USBDEVFS_URB_NO_INTERRUPT;
  if (asked.flags & ~known || asked.buffer_length < 0) return -EINVAL;

  struct usb_ctrlrequest setup = {0};
  uint8_t interval = 0, endpoint = asked.endpoint;
  uint64_t user_data = (uintptr_t)asked.buffer;
  uint32_t length = (uint32_t)asked.buffer_length;
  int interface;
  switch (asked.type) {
    case USBDEVFS_URB_TYPE_CONTROL:
      interface = prepare_control(caller, file, &asked, &setup);
      endpoint = setup.wLength ? setup.bRequestType & USB_DIR_IN : 0;
      user_data += sizeof setup;
      length = setup.wLength;
      break;
    case USBDEVFS_URB_TYPE_BULK:
    case USBDEVFS_URB_TYPE_INTERRUPT:
      interface = prepare_data(file, &asked, &interval);
      break;
    default: // isochronous
      return -EINVAL;
  }
  if (interface < NO_INTERFACE) return interface;

  struct urb *urb = urb_new(file, length);
  if (!urb) return -ENOMEM;
  memcpy(urb->setup, &setup, sizeof setup);
  urb->endpoint = endpoint;
  urb->interface = interface;
  urb->interval = interval;
  urb->user_urb = argument;
  urb->user_data = user_data;
  if (urb_is_in(urb) && asked.flags & USBDEVFS_URB_SHORT_NOT_OK) urb->flags |= WIRE_SHORT_NOT_OK;
  if (!urb_is_in(urb) && asked.flags & USBDEVFS_URB_ZERO_PACKET) urb->flags |= WIRE_ZERO_PACKET;
  int error = urb_is_in(urb) ? 0 : caller_read(caller, user_data, urb->data, length);
  if (!error) {
    pthread_mutex_lock(&file->device->lock);
    error = device_submit(file->device, urb);
    pthread_mutex_unlock(&file->device->lock);
  }
  if (error) urb_free(urb);
  return error;
}

static int give_back(const struct caller *caller, const struct urb *urb, uint64_t argument) {
  int32_t actual_length = (int32_t)urb->actual_length;
  struct caller_piece pieces[CALLER_PIECES] = {
      {&urb->status, urb->user_urb + offsetof(struct usbdevfs_urb, status), sizeof(int32_t)},
      {&actual_length, urb->user_urb + offsetof(struct usbdevfs_urb, actual_length), sizeof actual_length},
      {&urb->user_urb, argument, sizeof urb->user_urb},
      {urb->data, urb->user_data, urb->actual_length},
  };
  return caller_write(caller, pieces, urb_is_in(urb) && urb->actual_length ? 4 : 3);
}

int submission_reap(const struct caller *caller, struct open_file *file, uint64_t argument, bool wait) {
  struct device *device = file->device;
  int error = 0;
  if (wait) listen_to_signals(caller, file);
  pthread_mutex_lock(&device->lock);
  while (wait && !file->completed && device->state == PLUGGED && !fuse_req_interrupted(caller->request))
    pthread_cond_wait(&device->changed, &device->lock);
  struct urb *urb = file->completed;
  if (urb) {
    file->completed = urb->next;
    if (!file->completed) file->completed_end = &file->completed;
  } else {
    error = device->state != PLUGGED ? -ENODEV : wait ? -EINTR : -EAGAIN;
  }
  pthread_mutex_unlock(&device->lock);
  if (wait) ignore_signals(caller);
  if (!urb) return error;
  error = give_back(caller, urb, argument);
  urb_free(urb);
  return error;
}
