// What each ioctl does is what drivers/usb/core/devio.c of the kernel does, but for a device that has no kernel driver.
#include "ioctls.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <string.h>
#include <sys/ioctl.h>

#include "cancellation.h"
#include "claims.h"
#include "device.h"
#include "exchange.h"
#include "settings.h"
#include "submission.h"

static int get_capabilities(const struct caller *caller, uint64_t argument) {
  uint32_t capabilities = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
  return caller_write(caller, &(struct caller_piece){&capabilities, argument, sizeof capabilities}, 1);
}

static int get_connection(const struct caller *caller, const struct device *device, uint64_t argument) {
  struct usbdevfs_connectinfo info = {.devnum = device->number, .slow = device->speed == 1};
  return caller_write(caller, &(struct caller_piece){&info, argument, sizeof info}, 1);
}

static int get_driver(const struct caller *caller, struct device *device, uint64_t argument) {
  struct usbdevfs_getdriver asked;
  if (caller_read(caller, argument, &asked, sizeof asked)) return -EFAULT;
  pthread_mutex_lock(&device->lock);
  bool claimed = asked.interface < MAX_INTERFACES && claimant(device, asked.interface);
  pthread_mutex_unlock(&device->lock);
  if (!claimed) return -ENODATA;
  memset(asked.driver, 0, sizeof asked.driver);
  strcpy(asked.driver, "usbfs");
  return caller_write(caller, &(struct caller_piece){&asked, argument, sizeof asked}, 1);
}

static int claim(struct open_file *file, unsigned interface) {
  pthread_mutex_lock(&file->device->lock);
  int error = claim_interface(file, interface);
  pthread_mutex_unlock(&file->device->lock);
  return error;
}

static int release(struct open_file *file, unsigned interface) {
  pthread_mutex_lock(&file->device->lock);
  int error = release_interface(file, interface);
  pthread_mutex_unlock(&file->device->lock);
  if (!error) cancellation_kill(file->device, file, (int)interface, -ENOENT);
  return error;
}

// Takes the interface from the driver it has, which here can only be usbfs in another open file.
static int disconnect(struct device *device, unsigned interface) {
  pthread_mutex_lock(&device->lock);
  struct open_file *holder = interface < MAX_INTERFACES ? claimant(device, interface) : NULL;
  if (holder) holder->claimed &= ~(1u << interface);
  pthread_mutex_unlock(&device->lock);
  if (!holder) return -ENODATA;
  cancellation_kill(device, NULL, (int)interface, -ESHUTDOWN);
  return 0;
}

static int disconnect_and_claim(const struct caller *caller, struct open_file *file, uint64_t argument) {
  struct usbdevfs_disconnect_claim asked;
  if (caller_read(caller, argument, &asked, sizeof asked)) return -EFAULT;
  pthread_mutex_lock(&file->device->lock);
  bool claimed = asked.interface < MAX_INTERFACES && claimant(file->device, asked.interface);
  pthread_mutex_unlock(&file->device->lock);
  if (claimed) {
    bool named = strncmp("usbfs", asked.driver, sizeof asked.driver) == 0;
    if (asked.flags & USBDEVFS_DISCONNECT_CLAIM_IF_DRIVER && !named) return -EBUSY;
    if (asked.flags & USBDEVFS_DISCONNECT_CLAIM_EXCEPT_DRIVER && named) return -EBUSY;
    disconnect(file->device, asked.interface);
  }
  return claim(file, asked.interface);
}

static int driver_ioctl(const struct caller *caller, struct open_file *file, uint64_t argument) {
  struct usbdevfs_ioctl asked;
  if (caller_read(caller, argument, &asked, sizeof asked)) return -EFAULT;
  switch ((unsigned)asked.ioctl_code) {
    case USBDEVFS_DISCONNECT:
      return disconnect(file->device, (unsigned)asked.ifno);
    case USBDEVFS_CONNECT:
      return 0; // there is no kernel driver that would take it
    default:
      return -ENOTTY;
  }
}

// Those that say no more than one number.
static int number_ioctl(const struct caller *caller, struct open_file *file, unsigned command, uint64_t argument) {
  unsigned number;
  if (caller_read(caller, argument, &number, sizeof number)) return -EFAULT;
  switch (command) {
    case USBDEVFS_CLAIMINTERFACE:
      return claim(file, number);
    case USBDEVFS_RELEASEINTERFACE:
      return release(file, number);
    case USBDEVFS_SETCONFIGURATION:
      return setting_configuration(file, (int)number);
    case USBDEVFS_CLEAR_HALT:
      return setting_clear_halt(file, number);
    case USBDEVFS_RESETEP:
      return setting_reset_endpoint(file, number);
    default:
      return -ENOTTY;
  }
}

static int device_ioctl(const struct caller *caller, struct open_file *file, unsigned command, uint64_t argument) {
  switch (command) {
    case USBDEVFS_SUBMITURB:
      return submission_submit(caller, file, argument);
    case USBDEVFS_DISCARDURB:
      return cancellation_discard(file, argument);
    case USBDEVFS_CONTROL:
      return exchange_control(caller, file, argument);
    case USBDEVFS_BULK:
      return exchange_bulk(caller, file, argument);
    case USBDEVFS_RESET:
      return setting_reset(file);
    case USBDEVFS_SETINTERFACE:
      return setting_interface(caller, file, argument);
    case USBDEVFS_GET_CAPABILITIES:
      return get_capabilities(caller, argument);
    case USBDEVFS_GET_SPEED:
      return (int)file->device->speed;
    case USBDEVFS_CONNECTINFO:
      return get_connection(caller, file->device, argument);
    case USBDEVFS_GETDRIVER:
      return get_driver(caller, file->device, argument);
    case USBDEVFS_DISCONNECT_CLAIM:
      return disconnect_and_claim(caller, file, argument);
    case USBDEVFS_IOCTL:
      return driver_ioctl(caller, file, argument);
    default:
      return number_ioctl(caller, file, command, argument);
  }
}

int usbfs_ioctl(const struct caller *caller, struct open_file *file, unsigned command, uint64_t argument) {
  if (!file->writable) return -EPERM;
  switch (command) { // what is done can be reaped from a device that is gone
    case USBDEVFS_REAPURB:
      return submission_reap(caller, file, argument, true);
    case USBDEVFS_REAPURBNDELAY:
      return submission_reap(caller, file, argument, false);
    default:
      break;
  }
  struct device *device = file->device;
  pthread_mutex_lock(&device->lock);
  bool plugged = device->state == PLUGGED;
  pthread_mutex_unlock(&device->lock);
  return plugged ? device_ioctl(caller, file, command, argument) : -ENODEV;
}
