// One transfer on its way: asked for by an open file, answered by the device.
#ifndef URB_H
#define URB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct open_file;

#define NO_INTERFACE (-1) // of a transfer on endpoint 0

struct urb {
  struct urb *next; // in the device's list of pending ones, then in the file's list of completed ones
  struct open_file *file; // NULL once the file is closed: the answer is awaited and thrown away
  uint32_t seqnum, unlink_seqnum;

  uint8_t endpoint; // with its direction bit
  int interface;
  uint8_t setup[8]; // of a control transfer
  uint32_t flags, interval; // as the wire wants them
  uint64_t user_urb; // the caller's struct usbdevfs_urb; 0 of a transfer whose ioctl waits for it
  uint64_t user_data; // where IN data goes

  bool unlinked; // a cancellation is under way, which decides the status
  int unlink_status;
  bool done;
  int status;
  uint32_t length, actual_length;
  uint8_t data[];
};

// NULL when the transfers in flight would exceed the limit that usbfs has for all of them together.
struct urb *urb_new(struct open_file *file, size_t length);
void urb_free(struct urb *urb);

// usbcore's parameter usbfs_memory_mb: 16 unless set, 0 is no limit.
void urb_set_memory_limit(size_t megabytes);

static inline bool urb_is_in(const struct urb *urb) { return urb->endpoint & 0x80; }

#endif
