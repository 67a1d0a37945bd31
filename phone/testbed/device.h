// A device that the server exported: from its import to the end of its connection.
#ifndef DEVICE_H
#define DEVICE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "description.h"
#include "open-file.h"
#include "urb.h"
#include "usbip.h"

enum device_state { ARRIVING, PLUGGED, GONE };

struct device {
  struct device *next; // on the bus
  char busid[USBIP_BUSID]; // at the server
  char name[USBIP_BUSID + 4]; // in /sys: the same port on our bus
  unsigned bus, number; // /dev/bus/usb/BUS/NUMBER
  const struct usbip_server *server;

  struct usbip_link link;
  uint32_t speed;
  struct description description;

  pthread_mutex_t lock; // of all below
  pthread_cond_t changed; // a transfer is done, the device is gone, or a waiting ioctl got a signal
  int references;
  enum device_state state;
  uint32_t seqnum;
  uint8_t configuration; // its bConfigurationValue; 0 is none
  uint8_t alternates[MAX_INTERFACES];
  struct urb *pending, **pending_end; // sent and not yet answered, oldest first
  struct open_file *files;
};

struct device *device_new(const struct usbip_server *server, const char *busid, unsigned bus, unsigned number);

// Starts the thread in which the device lives.
void device_start(struct device *device);

void device_hold(struct device *device);
void device_release(struct device *device);

// The functions below are called with the device's lock held.

// 0, and then the transfer is answered in any case, or -ENODEV.
int device_submit(struct device *device, struct urb *urb);

// Asks for a transfer's end. It ends with that status when the device has answered.
void device_unlink(struct device *device, struct urb *urb, int status);

// Ends the connection, for a device that no longer does what it must.
void device_pull(struct device *device);

#endif
