#include "follower.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "bus.h"
#include "log.h"

enum { PERIOD_US = 200 * 1000, MOST_DEVICES = 128 };

static void attach_exported(const struct usbip_server *server) {
  static int last_error;
  struct usbip_export exports[MOST_DEVICES];
  int count = usbip_list(server, exports, MOST_DEVICES);
  if (count < 0 && count != last_error) say("no USB/IP server at %s:%s yet: %s", server->host, server->port, strerror(-count));
  last_error = count < 0 ? count : 0;
  for (int i = 0; i < count; i++) bus_attach(server, exports[i].busid);
}

static void *follow(void *server) {
  for (;;) {
    usleep(PERIOD_US);
    attach_exported(server);
  }
  return NULL;
}

void follower_start(const struct usbip_server *server) {
  attach_exported(server);
  bus_wait_settled();
  pthread_t thread;
  if (pthread_create(&thread, NULL, follow, (void *)(uintptr_t)server)) fail(EX_OSERR, "cannot start a thread");
  pthread_detach(thread);
}
