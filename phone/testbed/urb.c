#include "urb.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static size_t memory_limit = 16 << 20;
static atomic_size_t memory_used;

void urb_set_memory_limit(size_t megabytes) { memory_limit = megabytes ? megabytes << 20 : SIZE_MAX; }

struct urb *urb_new(struct open_file *file, size_t length) {
  size_t size = sizeof(struct urb) + length;
  if (size > memory_limit || atomic_fetch_add(&memory_used, size) > memory_limit - size) {
    if (size <= memory_limit) atomic_fetch_sub(&memory_used, size);
    return NULL;
  }
  struct urb *urb = malloc(size);
  if (!urb) {
    atomic_fetch_sub(&memory_used, size);
    return NULL;
  }
  *urb = (struct urb){.file = file, .length = (uint32_t)length, .interface = NO_INTERFACE};
  return urb;
}

void urb_free(struct urb *urb) {
  atomic_fetch_sub(&memory_used, sizeof(struct urb) + urb->length);
  free(urb);
}
