#include "description.h"

#include <errno.h>
#include <linux/usb/ch9.h>
#include <stdlib.h>
#include <string.h>

void description_free(struct description *description) { free(description->bytes); }

static unsigned read16(const uint8_t *bytes) { return bytes[0] | bytes[1] << 8; }

unsigned description_vendor(const struct description *description) { return read16(description->bytes + 8); }
unsigned description_product(const struct description *description) { return read16(description->bytes + 10); }
unsigned description_release(const struct description *description) { return read16(description->bytes + 12); }

const uint8_t *description_configuration(const struct description *description, unsigned value, size_t *length) {
  const uint8_t *end = description->bytes + description->length;
  for (const uint8_t *at = description->bytes + DEVICE_DESCRIPTOR; at + USB_DT_CONFIG_SIZE <= end;) {
    size_t total = read16(at + 2);
    if (at[5] == value) {
      *length = total;
      return at;
    }
    at += total;
  }
  return NULL;
}

// The next descriptor of that type and at least that size in [at, end), or NULL. A length below 2 ends the walk.
static const uint8_t *find(const uint8_t *at, const uint8_t *end, uint8_t type, size_t size) {
  while (at && end - at >= 2 && at[0] >= 2 && at[0] <= end - at) {
    if (at[1] == type && at[0] >= size) return at;
    at += at[0];
  }
  return NULL;
}

const uint8_t *description_interface(
    const struct description *description, unsigned configuration, unsigned interface, unsigned alternate) {
  size_t length;
  const uint8_t *at = description_configuration(description, configuration, &length);
  if (!at) return NULL;
  const uint8_t *end = at + length;
  while ((at = find(at, end, USB_DT_INTERFACE, USB_DT_INTERFACE_SIZE))) {
    if (at[2] == interface && at[3] == alternate) return at;
    at += at[0];
  }
  return NULL;
}

const uint8_t *description_endpoint(
    const struct description *description, unsigned configuration, const uint8_t alternates[MAX_INTERFACES],
    uint8_t address, unsigned *interface) {
  size_t length;
  const uint8_t *start = description_configuration(description, configuration, &length);
  if (!start) return NULL;
  const uint8_t *end = start + length, *at = start;
  while ((at = find(at, end, USB_DT_INTERFACE, USB_DT_INTERFACE_SIZE))) {
    const uint8_t *own = at, *next = find(at + at[0], end, USB_DT_INTERFACE, USB_DT_INTERFACE_SIZE);
    at = next;
    if (own[2] >= MAX_INTERFACES || own[3] != alternates[own[2]]) continue;
    const uint8_t *endpoint = own + own[0];
    while ((endpoint = find(endpoint, next ? next : end, USB_DT_ENDPOINT, USB_DT_ENDPOINT_SIZE))) {
      if (endpoint[2] == address) {
        *interface = own[2];
        return endpoint;
      }
      endpoint += endpoint[0];
    }
  }
  return NULL;
}
