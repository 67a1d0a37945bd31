// What a device says of itself: its descriptors, byte for byte, and its strings.
#ifndef DESCRIPTION_H
#define DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "usbip.h"

#define MAX_INTERFACES 32
#define DEVICE_DESCRIPTOR 18
#define STRING_BYTES 400 // 126 UTF-16 units, as UTF-8

struct description {
  uint8_t *bytes; // the device descriptor, then every configuration with all that belongs to it
  size_t length;
  char manufacturer[STRING_BYTES], product[STRING_BYTES], serial[STRING_BYTES];
};

// Asks a device that was just imported, before anybody else uses its link, and sets its first configuration.
int description_read(struct description *description, struct usbip_link *link, uint32_t *seqnum);
void description_free(struct description *description);

unsigned description_vendor(const struct description *description);
unsigned description_product(const struct description *description);
unsigned description_release(const struct description *description);

// The configuration with that value (its total length in `length`), or NULL.
const uint8_t *description_configuration(const struct description *description, unsigned value, size_t *length);

// The interface descriptor, or NULL.
const uint8_t *description_interface(
    const struct description *description, unsigned configuration, unsigned interface, unsigned alternate);

// The endpoint descriptor that `address` has under the alternate settings in force, and its interface; or NULL.
const uint8_t *description_endpoint(
    const struct description *description, unsigned configuration, const uint8_t alternates[MAX_INTERFACES],
    uint8_t address, unsigned *interface);

#endif
