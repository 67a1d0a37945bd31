#include "claims.h"

#include <errno.h>
#include <linux/usb/ch9.h>

#include "device.h"

struct open_file *claimant(const struct device *device, unsigned interface) {
  struct open_file *file = device->files;
  while (file && !(file->claimed >> interface & 1)) file = file->next;
  return file;
}

int claim_interface(struct open_file *file, unsigned interface) {
  struct device *device = file->device;
  if (device->configuration == 0) return -EHOSTUNREACH;
  if (interface >= MAX_INTERFACES) return -EINVAL;
  if (!description_interface(&device->description, device->configuration, interface, device->alternates[interface]))
    return -ENOENT;
  struct open_file *holder = claimant(device, interface);
  if (holder && holder != file) return -EBUSY;
  file->claimed |= 1u << interface;
  return 0;
}

int release_interface(struct open_file *file, unsigned interface) {
  if (interface >= MAX_INTERFACES || !(file->claimed >> interface & 1)) return -EINVAL;
  file->claimed &= ~(1u << interface);
  return 0;
}

int claim_endpoint(struct open_file *file, uint8_t address, const uint8_t **descriptor) {
  struct device *device = file->device;
  unsigned interface;
  if (address & ~(USB_ENDPOINT_DIR_MASK | USB_ENDPOINT_NUMBER_MASK)) return -EINVAL;
  *descriptor =
      description_endpoint(&device->description, device->configuration, device->alternates, address, &interface);
  if (!*descriptor) return -ENOENT;
  int error = claim_interface(file, interface);
  return error ? error : (int)interface;
}

int claim_recipient(struct open_file *file, uint8_t request_type, uint16_t index) {
  if ((request_type & USB_TYPE_MASK) == USB_TYPE_VENDOR) return NO_INTERFACE;
  int error;
  const uint8_t *descriptor;
  switch (request_type & USB_RECIP_MASK) {
    case USB_RECIP_INTERFACE:
      error = claim_interface(file, index & 0xff);
      return error ? error : index & 0xff;
    case USB_RECIP_ENDPOINT:
      if ((index & 0x7f) == 0) return NO_INTERFACE;
      return claim_endpoint(file, index & 0xff, &descriptor);
    default:
      return NO_INTERFACE;
  }
}
