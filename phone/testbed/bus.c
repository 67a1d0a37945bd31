#include "bus.h"

#include <stdio.h>
#include <string.h>

enum { NUMBERS = 127, BUSES = 255 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t settled = PTHREAD_COND_INITIALIZER;
static struct device *devices;
static int arriving;
static unsigned first_bus = 1;
static unsigned last_number = 1; // 1 is where a root hub would be

void bus_set_first(unsigned bus) { first_bus = bus; }

// A busid becomes a file name, so it must be what the kernel makes: bus-port, then .port of each hub between.
static bool parse_busid(const char *busid, unsigned *bus) {
  int length = 0;
  if (strspn(busid, "0123456789-.") != strlen(busid)) return false;
  return sscanf(busid, "%u-%*u%n", bus, &length) == 1 && length > 0 && *bus >= 1 &&
         *bus + first_bus - 1 <= BUSES;
}

static bool is_taken(unsigned number) {
  for (struct device *device = devices; device; device = device->next)
    if (device->number == number) return true;
  return false;
}

// Numbers go round as the kernel's do, so that a replugged device is told from the one it was.
static unsigned next_number(void) {
  for (int tries = 0; tries < NUMBERS; tries++) {
    last_number = last_number % NUMBERS + 1;
    if (last_number > 1 && !is_taken(last_number)) return last_number;
  }
  return 0;
}

void bus_attach(const struct usbip_server *server, const char *busid) {
  unsigned bus;
  if (!parse_busid(busid, &bus)) return;
  pthread_mutex_lock(&lock);
  struct device *same = devices;
  while (same && strcmp(same->busid, busid) != 0) same = same->next;
  unsigned number = same ? 0 : next_number();
  struct device *device = number ? device_new(server, busid, bus + first_bus - 1, number) : NULL;
  if (device) {
    device->next = devices;
    devices = device;
    arriving++;
  }
  pthread_mutex_unlock(&lock);
  if (device) device_start(device);
}

static void count_arrival(void) {
  if (--arriving == 0) pthread_cond_broadcast(&settled);
}

void bus_settle(void) {
  pthread_mutex_lock(&lock);
  count_arrival();
  pthread_mutex_unlock(&lock);
}

void bus_remove(struct device *device) {
  pthread_mutex_lock(&lock);
  struct device **link = &devices;
  while (*link != device) link = &(*link)->next;
  *link = device->next;
  if (device->state == ARRIVING) count_arrival();
  pthread_mutex_unlock(&lock);
}

void bus_wait_settled(void) {
  pthread_mutex_lock(&lock);
  while (arriving > 0) pthread_cond_wait(&settled, &lock);
  pthread_mutex_unlock(&lock);
}

static bool is_plugged(struct device *device) {
  pthread_mutex_lock(&device->lock);
  bool plugged = device->state == PLUGGED;
  pthread_mutex_unlock(&device->lock);
  return plugged;
}

struct device *bus_find(unsigned bus, unsigned number) {
  pthread_mutex_lock(&lock);
  struct device *device = devices;
  while (device && !(device->bus == bus && device->number == number)) device = device->next;
  if (device && !is_plugged(device)) device = NULL;
  if (device) device_hold(device);
  pthread_mutex_unlock(&lock);
  return device;
}

void bus_each(void (*visit)(struct device *device, void *context), void *context) {
  pthread_mutex_lock(&lock);
  for (struct device *device = devices; device; device = device->next)
    if (is_plugged(device)) visit(device, context);
  pthread_mutex_unlock(&lock);
}
