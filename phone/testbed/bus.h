// Which devices there are.
#ifndef BUS_H
#define BUS_H

#include <stdbool.h>

#include "device.h"

// The bus that the server's bus 1 is here; 1 unless set.
void bus_set_first(unsigned bus);

// Plugs in a device that is exported under that busid, unless it is here already or the busid is not one.
void bus_attach(const struct usbip_server *server, const char *busid);
void bus_remove(struct device *device);

// Waits until every attached device is plugged in or has failed.
void bus_wait_settled(void);
void bus_settle(void);

// A plugged device, held; or NULL.
struct device *bus_find(unsigned bus, unsigned number);

// Calls back with every plugged device; the callback must not wait.
void bus_each(void (*visit)(struct device *device, void *context), void *context);

#endif
