#include "cancellation.h"

#include <errno.h>

#include "device.h"
#include "waiting.h"

// What is to be killed: conditions that are all to hold.
struct victims {
  const struct open_file *file; // NULL: of any
  int interface;                // ALL_INTERFACES: on any
  uint64_t user_urb;            // 0: any
};

static bool is_victim(const struct urb *urb, const struct victims *victims) {
  return (!victims->file || urb->file == victims->file) && urb->file != NULL &&
         (victims->interface == ALL_INTERFACES || urb->interface == victims->interface) &&
         (!victims->user_urb || urb->user_urb == victims->user_urb);
}

static bool is_dying(const struct device *device, const struct victims *victims) {
  for (const struct urb *urb = device->pending; urb; urb = urb->next)
    if (urb->unlinked && is_victim(urb, victims)) return true;
  return false;
}

// With the lock held: how many transfers it ended.
static int end_and_wait(struct device *device, const struct victims *victims, int status) {
  int count = 0;
  for (struct urb *urb = device->pending; urb; urb = urb->next) {
    if (!is_victim(urb, victims)) continue;
    device_unlink(device, urb, status);
    count++;
  }
  struct timespec patience = deadline_in(PATIENCE_MS);
  while (is_dying(device, victims)) wait_or_pull(device, &patience);
  return count;
}

int cancellation_discard(struct open_file *file, uint64_t user_urb) {
  struct victims victims = {file, ALL_INTERFACES, user_urb};
  pthread_mutex_lock(&file->device->lock);
  int count = end_and_wait(file->device, &victims, -ENOENT);
  pthread_mutex_unlock(&file->device->lock);
  return count ? 0 : -EINVAL;
}

void cancellation_kill(struct device *device, const struct open_file *file, int interface, int status) {
  struct victims victims = {file, interface, 0};
  pthread_mutex_lock(&device->lock);
  end_and_wait(device, &victims, status);
  pthread_mutex_unlock(&device->lock);
}
