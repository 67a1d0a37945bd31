#include "udev.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "sysfs.h"

// systemd, src/libsystemd/sd-device/device-monitor.c: what precedes the properties of an event from udevd. The numbers
// marked so are big-endian, the sizes are the machine's.
struct monitor_header {
  char prefix[8]; // "libudev"
  uint32_t magic; // big-endian
  uint32_t header_size, properties_offset, properties_length;
  uint32_t subsystem_hash, devtype_hash; // big-endian; a listener's socket filter looks only at these
  uint32_t tag_bloom_high, tag_bloom_low;
};

enum { MONITOR_MAGIC = 0xfeedcafe, GROUP_UDEV = 2 };

// MurmurHash2 with seed 0, which the filter of a libudev monitor is made with.
static uint32_t murmur2(const char *text) {
  const uint32_t multiplier = 0x5bd1e995;
  size_t left = strlen(text);
  uint32_t hash = (uint32_t)left;
  for (; left >= 4; text += 4, left -= 4) {
    uint32_t word;
    memcpy(&word, text, 4);
    word *= multiplier;
    word ^= word >> 24;
    hash = hash * multiplier ^ word * multiplier;
  }
  for (size_t i = left; i-- > 0;) hash ^= (uint32_t)(uint8_t)text[i] << (8 * i);
  if (left) hash *= multiplier;
  hash ^= hash >> 13;
  hash *= multiplier;
  return hash ^ hash >> 15;
}

void udev_announce(const struct device *device, const char *action) {
  static atomic_uint sequence = 1;
  char folder[SYSFS_PATH], properties[1024];
  sysfs_folder(device, folder);
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  int length = snprintf(
      properties, sizeof properties,
      "ACTION=%s\nDEVPATH=%s\nSUBSYSTEM=usb\nDEVTYPE=usb_device\nDEVNAME=/dev/bus/usb/%03u/%03u\nMAJOR=189\nMINOR=%u\n"
      "BUSNUM=%03u\nDEVNUM=%03u\nPRODUCT=%x/%x/%x\nSEQNUM=%u\nUSEC_INITIALIZED=%lld\n",
      action, folder + strlen("/sys"), device->bus, device->number, (device->bus - 1) * 128 + device->number - 1, device->bus,
      device->number, description_vendor(&device->description), description_product(&device->description),
      description_release(&device->description), sequence++, now.tv_sec * 1000000LL + now.tv_nsec / 1000);
  // A property ends with a zero byte; none of these has a newline in it.
  for (char *end = properties; (end = strchr(end, '\n'));) *end++ = 0;

  struct monitor_header header = {
      .prefix = "libudev",
      .magic = htonl(MONITOR_MAGIC),
      .header_size = sizeof header,
      .properties_offset = sizeof header,
      .properties_length = (uint32_t)length,
      .subsystem_hash = htonl(murmur2("usb")),
      .devtype_hash = htonl(murmur2("usb_device")),
  };
  struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = GROUP_UDEV};
  struct iovec parts[] = {{&header, sizeof header}, {properties, (size_t)length}};
  struct msghdr message = {.msg_name = &group, .msg_namelen = sizeof group, .msg_iov = parts, .msg_iovlen = 2};
  int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
  // Nobody listening is an error to netlink (ECONNREFUSED), and none to us.
  if (netlink < 0 || (sendmsg(netlink, &message, 0) < 0 && errno != ECONNREFUSED)) perror("usb-testbed: udev event");
  if (netlink >= 0) close(netlink);
}
