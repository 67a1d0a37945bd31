// Asks a device what it is, as the kernel does for one that was just plugged in.
#include "description.h"

#include <errno.h>
#include <linux/usb/ch9.h>
#include <stdlib.h>
#include <string.h>

// One control transfer on a link that nobody else uses yet: the bytes received, or -errno.
static int control(struct usbip_link *link, uint32_t *seqnum, const struct usb_ctrlrequest *setup, uint8_t *data) {
  struct usbip_submit submit = {
      .seqnum = ++*seqnum,
      .endpoint = setup->bRequestType & USB_DIR_IN,
      .length = setup->wLength,
      .setup = (const uint8_t *)setup,
      .payload = data,
  };
  usbip_send_submit(link, &submit);
  struct usbip_reply reply;
  int error = usbip_receive_reply(link, &reply);
  if (error) return error;
  if (reply.command != USBIP_RET_SUBMIT || reply.seqnum != submit.seqnum) return -EPROTO;
  if (reply.actual_length > submit.length) return -EPROTO;
  if (setup->bRequestType & USB_DIR_IN) error = usbip_receive_payload(link, data, reply.actual_length);
  if (error) return error;
  return reply.status < 0 ? reply.status : (int)reply.actual_length;
}

static int get_descriptor(
    struct usbip_link *link, uint32_t *seqnum, unsigned type_and_index, unsigned language, uint8_t *to, uint16_t length) {
  struct usb_ctrlrequest setup = {
      .bRequestType = USB_DIR_IN,
      .bRequest = USB_REQ_GET_DESCRIPTOR,
      .wValue = type_and_index,
      .wIndex = language,
      .wLength = length,
  };
  return control(link, seqnum, &setup, to);
}

static char *encode_utf8(char *to, uint32_t point) {
  if (point < 0x80) {
    *to++ = (char)point;
    return to;
  }
  int tail = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  *to++ = (char)(0xff00 >> (tail + 1) | point >> (6 * tail));
  while (tail-- > 0) *to++ = (char)(0x80 | (point >> (6 * tail) & 0x3f));
  return to;
}

// The string with that index as UTF-8; empty when the device has none.
static void get_string(struct usbip_link *link, uint32_t *seqnum, unsigned language, uint8_t index, char to[STRING_BYTES]) {
  uint8_t bytes[255];
  int length = index ? get_descriptor(link, seqnum, USB_DT_STRING << 8 | index, language, bytes, sizeof bytes) : 0;
  for (int i = 2; i + 1 < length; i += 2) {
    uint32_t unit = bytes[i] | bytes[i + 1] << 8;
    if (unit >= 0xd800 && unit < 0xdc00 && i + 3 < length) {
      unit = 0x10000 + ((unit & 0x3ff) << 10) + ((bytes[i + 2] | bytes[i + 3] << 8) & 0x3ff);
      i += 2;
    }
    to = encode_utf8(to, unit);
  }
  *to = 0;
}

static int append_configuration(struct description *description, struct usbip_link *link, uint32_t *seqnum, uint8_t index) {
  uint8_t head[USB_DT_CONFIG_SIZE];
  unsigned wanted = USB_DT_CONFIG << 8 | index;
  int got = get_descriptor(link, seqnum, wanted, 0, head, sizeof head);
  if (got < USB_DT_CONFIG_SIZE) return got < 0 ? got : -EPROTO;
  unsigned total = head[2] | head[3] << 8;
  if (total < USB_DT_CONFIG_SIZE) return -EPROTO;
  uint8_t *larger = realloc(description->bytes, description->length + total);
  if (!larger) return -ENOMEM;
  description->bytes = larger;
  got = get_descriptor(link, seqnum, wanted, 0, larger + description->length, (uint16_t)total);
  if (got != (int)total || memcmp(larger + description->length, head, sizeof head)) return got < 0 ? got : -EPROTO;
  description->length += total;
  return 0;
}

int description_read(struct description *description, struct usbip_link *link, uint32_t *seqnum) {
  description->bytes = malloc(DEVICE_DESCRIPTOR);
  if (!description->bytes) return -ENOMEM;
  int got = get_descriptor(link, seqnum, USB_DT_DEVICE << 8, 0, description->bytes, DEVICE_DESCRIPTOR);
  if (got != DEVICE_DESCRIPTOR) return got < 0 ? got : -EPROTO;
  description->length = DEVICE_DESCRIPTOR;

  uint8_t configurations = description->bytes[17];
  if (configurations == 0) return -EPROTO;
  for (uint8_t index = 0; index < configurations; index++) {
    int error = append_configuration(description, link, seqnum, index);
    if (error) return error;
  }

  uint8_t languages[255];
  got = get_descriptor(link, seqnum, USB_DT_STRING << 8, 0, languages, sizeof languages);
  unsigned language = got >= 4 ? languages[2] | languages[3] << 8 : 0x0409;
  get_string(link, seqnum, language, description->bytes[14], description->manufacturer);
  get_string(link, seqnum, language, description->bytes[15], description->product);
  get_string(link, seqnum, language, description->bytes[16], description->serial);

  uint8_t first = description->bytes[DEVICE_DESCRIPTOR + 5];
  struct usb_ctrlrequest set = {.bRequest = USB_REQ_SET_CONFIGURATION, .wValue = first};
  got = control(link, seqnum, &set, NULL);
  return got < 0 ? got : 0;
}
