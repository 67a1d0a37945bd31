#include "settings.h"

#include <errno.h>
#include <linux/usb/ch11.h>
#include <linux/usb/ch9.h>
#include <linux/usbdevice_fs.h>
#include <string.h>

#include "cancellation.h"
#include "claims.h"
#include "device.h"
#include "exchange.h"
#include "sysfs.h"

int setting_configuration(struct open_file *file, int value) {
  struct device *device = file->device;
  size_t length;
  if (value == -1) value = 0; // the kernel's way to say "none"
  pthread_mutex_lock(&device->lock);
  bool known = value == 0 || (value <= 255 && description_configuration(&device->description, (unsigned)value, &length));
  bool busy = false;
  for (struct open_file *other = device->files; other; other = other->next) busy |= other->claimed != 0;
  pthread_mutex_unlock(&device->lock);
  if (busy) return -EBUSY;
  if (!known) return -EINVAL;

  int result = exchange_request(file, 0, USB_REQ_SET_CONFIGURATION, (uint16_t)value, 0);
  if (result < 0) return result;
  pthread_mutex_lock(&device->lock);
  device->configuration = (uint8_t)value;
  memset(device->alternates, 0, sizeof device->alternates);
  sysfs_update(device);
  pthread_mutex_unlock(&device->lock);
  return 0;
}

int setting_interface(const struct caller *caller, struct open_file *file, uint64_t argument) {
  struct device *device = file->device;
  struct usbdevfs_setinterface asked;
  if (caller_read(caller, argument, &asked, sizeof asked)) return -EFAULT;
  pthread_mutex_lock(&device->lock);
  int error = claim_interface(file, asked.interface);
  if (!error && !description_interface(&device->description, device->configuration, asked.interface, asked.altsetting))
    error = -EINVAL;
  pthread_mutex_unlock(&device->lock);
  if (error) return error;

  cancellation_kill(device, file, (int)asked.interface, -ENOENT);
  int result = exchange_request(
      file, USB_RECIP_INTERFACE, USB_REQ_SET_INTERFACE, (uint16_t)asked.altsetting, (uint16_t)asked.interface);
  // A device may stall this for an interface that has only one setting (USB 2.0, 9.4.10).
  bool only_one = asked.altsetting == 0 &&
                  !description_interface(&device->description, device->configuration, asked.interface, 1);
  if (result < 0 && !(result == -EPIPE && only_one)) return result;
  pthread_mutex_lock(&device->lock);
  device->alternates[asked.interface] = (uint8_t)asked.altsetting;
  sysfs_update(device);
  pthread_mutex_unlock(&device->lock);
  return 0;
}

static int claim(struct open_file *file, unsigned endpoint) {
  const uint8_t *descriptor;
  if (endpoint > 255) return -EINVAL;
  pthread_mutex_lock(&file->device->lock);
  int interface = claim_endpoint(file, (uint8_t)endpoint, &descriptor);
  pthread_mutex_unlock(&file->device->lock);
  return interface < 0 ? interface : 0;
}

int setting_clear_halt(struct open_file *file, unsigned endpoint) {
  int error = claim(file, endpoint);
  if (error) return error;
  int result =
      exchange_request(file, USB_RECIP_ENDPOINT, USB_REQ_CLEAR_FEATURE, USB_ENDPOINT_HALT, (uint16_t)endpoint);
  return result < 0 ? result : 0;
}

// Sets the host's data toggle, which over USB/IP is the server's affair.
int setting_reset_endpoint(struct open_file *file, unsigned endpoint) { return claim(file, endpoint); }

// As in the kernel, usbfs's claims end with a reset: a driver that cannot be told of it is unbound.
static void drop_claims(struct device *device) {
  pthread_mutex_lock(&device->lock);
  for (struct open_file *file = device->files; file; file = file->next) file->claimed = 0;
  pthread_mutex_unlock(&device->lock);
}

int setting_reset(struct open_file *file) {
  struct device *device = file->device;
  drop_claims(device);
  cancellation_kill(device, NULL, ALL_INTERFACES, -ESHUTDOWN);
  // How the kernel's stub driver is asked for it (drivers/usb/usbip/stub_rx.c). A stub that performs the reset and then
  // hands the request on to the device as well has it stalled there.
  int result = exchange_request(file, USB_RT_PORT, USB_REQ_SET_FEATURE, USB_PORT_FEAT_RESET, 0);
  if (result < 0 && result != -EPIPE) return result;

  pthread_mutex_lock(&device->lock);
  uint8_t configuration = device->configuration, alternates[MAX_INTERFACES];
  memcpy(alternates, device->alternates, sizeof alternates);
  pthread_mutex_unlock(&device->lock);
  if (configuration) result = exchange_request(file, 0, USB_REQ_SET_CONFIGURATION, configuration, 0);
  for (uint16_t interface = 0; result >= 0 && interface < MAX_INTERFACES; interface++) {
    if (!alternates[interface]) continue;
    result = exchange_request(file, USB_RECIP_INTERFACE, USB_REQ_SET_INTERFACE, alternates[interface], interface);
  }
  return result < 0 ? result : 0;
}
