#include "sysfs.h"

#include <errno.h>
#include <ftw.h>
#include <glob.h>
#include <linux/usb/ch9.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A file or folder below one of SYSFS_PATH.
enum { BELOW = SYSFS_PATH + 64 };

static void write_bytes(const char *folder, const char *name, const void *bytes, size_t length) {
  char path[BELOW];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  if (!file) return;
  fwrite(bytes, 1, length, file);
  fclose(file);
}

__attribute__((format(printf, 3, 4))) static void write_text(
    const char *folder, const char *name, const char *format, ...) {
  char text[1024];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(text, sizeof text, format, values);
  va_end(values);
  write_bytes(folder, name, text, (size_t)length);
}

static int remove_entry(const char *path, const struct stat *stat, int type, struct FTW *walk) {
  (void)stat, (void)type, (void)walk;
  return remove(path);
}

static void remove_tree(const char *path) { nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS); }

void sysfs_folder(const struct device *device, char folder[SYSFS_PATH]) {
  snprintf(folder, SYSFS_PATH, SYSFS_DEVICES "/usb%u/%s", device->bus, device->name);
}

// Links of the device, from where the kernel has them.
static void links_of(const struct device *device, char by_name[SYSFS_PATH], char by_number[SYSFS_PATH]) {
  snprintf(by_name, SYSFS_PATH, "/sys/bus/usb/devices/%s", device->name);
  snprintf(by_number, SYSFS_PATH, "/sys/dev/char/189:%u", (device->bus - 1) * 128 + device->number - 1);
}

static void link_subsystem(const char *folder) {
  char path[BELOW];
  snprintf(path, sizeof path, "%s/subsystem", folder);
  if (symlink("/sys/bus/usb", path) && errno != EEXIST) perror(path);
}

static const char *megabits(uint32_t speed) {
  static const char *const names[] = {[1] = "1.5", [2] = "12", [3] = "480", [4] = "480", [5] = "5000", [6] = "10000"};
  return speed >= 1 && speed < sizeof names / sizeof *names ? names[speed] : "480";
}

static void add_interface(const struct device *device, const char *folder, unsigned number) {
  const uint8_t *interface =
      description_interface(&device->description, device->configuration, number, device->alternates[number]);
  if (!interface) return;
  char own[BELOW];
  snprintf(own, sizeof own, "%s/%s:%u.%u", folder, device->name, device->configuration, number);
  mkdir(own, 0755);
  link_subsystem(own);
  write_text(own, "bInterfaceNumber", "%02x\n", interface[2]);
  write_text(own, "bAlternateSetting", "%2d\n", interface[3]);
  write_text(own, "bNumEndpoints", "%02x\n", interface[4]);
  write_text(own, "bInterfaceClass", "%02x\n", interface[5]);
  write_text(own, "bInterfaceSubClass", "%02x\n", interface[6]);
  write_text(own, "bInterfaceProtocol", "%02x\n", interface[7]);
  write_text(own, "uevent", "DEVTYPE=usb_interface\nINTERFACE=%d/%d/%d\n", interface[5], interface[6], interface[7]);
}

static void remove_interfaces(const struct device *device, const char *folder) {
  char pattern[BELOW];
  snprintf(pattern, sizeof pattern, "%s/%s:*", folder, device->name);
  glob_t found;
  if (glob(pattern, GLOB_NOSORT, NULL, &found)) return;
  for (size_t i = 0; i < found.gl_pathc; i++) remove_tree(found.gl_pathv[i]);
  globfree(&found);
}

void sysfs_update(struct device *device) {
  char folder[SYSFS_PATH];
  sysfs_folder(device, folder);
  remove_interfaces(device, folder);
  size_t length;
  const uint8_t *configuration = description_configuration(&device->description, device->configuration, &length);
  if (!configuration) { // as the kernel has it of a device that is not configured
    write_text(folder, "bConfigurationValue", "\n");
    write_text(folder, "bNumInterfaces", "\n");
    write_text(folder, "bmAttributes", "\n");
    write_text(folder, "bMaxPower", "\n");
    return;
  }
  write_text(folder, "bConfigurationValue", "%u\n", device->configuration);
  write_text(folder, "bNumInterfaces", "%2u\n", configuration[4]);
  write_text(folder, "bmAttributes", "%2x\n", configuration[7]);
  write_text(folder, "bMaxPower", "%umA\n", configuration[8] * (device->speed >= USB_SPEED_SUPER ? 8 : 2));
  for (unsigned number = 0; number < MAX_INTERFACES; number++) add_interface(device, folder, number);
}

static void write_device(const struct device *device, const char *folder) {
  const struct description *description = &device->description;
  const uint8_t *own = description->bytes;
  unsigned minor = (device->bus - 1) * 128 + device->number - 1;
  write_bytes(folder, "descriptors", own, description->length);
  write_text(
      folder, "uevent", "MAJOR=189\nMINOR=%u\nDEVNAME=bus/usb/%03u/%03u\nDEVTYPE=usb_device\nDRIVER=usb\n"
      "PRODUCT=%x/%x/%x\nTYPE=%u/%u/%u\nBUSNUM=%03u\nDEVNUM=%03u\n", minor, device->bus, device->number,
      description_vendor(description), description_product(description), description_release(description),
      own[4], own[5], own[6], device->bus, device->number);
  write_text(folder, "dev", "189:%u\n", minor);
  write_text(folder, "busnum", "%u\n", device->bus);
  write_text(folder, "devnum", "%u\n", device->number);
  write_text(folder, "devpath", "%s\n", strchr(device->name, '-') + 1);
  write_text(folder, "speed", "%s\n", megabits(device->speed));
  write_text(folder, "version", "%2x.%02x\n", own[3], own[2]);
  write_text(folder, "removable", "removable\n");
  write_text(folder, "configuration", "\n");
  write_text(folder, "maxchild", "0\n");
  write_text(folder, "rx_lanes", "1\n");
  write_text(folder, "tx_lanes", "1\n");
  write_text(folder, "idVendor", "%04x\n", description_vendor(description));
  write_text(folder, "idProduct", "%04x\n", description_product(description));
  write_text(folder, "bcdDevice", "%04x\n", description_release(description));
  write_text(folder, "bDeviceClass", "%02x\n", own[4]);
  write_text(folder, "bDeviceSubClass", "%02x\n", own[5]);
  write_text(folder, "bDeviceProtocol", "%02x\n", own[6]);
  write_text(folder, "bMaxPacketSize0", "%u\n", own[7]);
  write_text(folder, "bNumConfigurations", "%u\n", own[17]);
  // A device without one of these strings has no such file.
  if (*description->manufacturer) write_text(folder, "manufacturer", "%s\n", description->manufacturer);
  if (*description->product) write_text(folder, "product", "%s\n", description->product);
  if (*description->serial) write_text(folder, "serial", "%s\n", description->serial);
}

void sysfs_add(struct device *device) {
  char folder[SYSFS_PATH], hub[SYSFS_PATH], by_name[SYSFS_PATH], by_number[SYSFS_PATH];
  sysfs_folder(device, folder);
  links_of(device, by_name, by_number);
  snprintf(hub, sizeof hub, SYSFS_DEVICES "/usb%u", device->bus);
  mkdir(hub, 0755);
  mkdir(folder, 0755);
  link_subsystem(folder);
  write_device(device, folder);
  sysfs_update(device);
  if (symlink(folder, by_name)) perror(by_name);
  if (symlink(folder, by_number)) perror(by_number);
}

void sysfs_remove(struct device *device) {
  char folder[SYSFS_PATH], by_name[SYSFS_PATH], by_number[SYSFS_PATH];
  sysfs_folder(device, folder);
  links_of(device, by_name, by_number);
  unlink(by_name);
  unlink(by_number);
  remove_tree(folder);
}
