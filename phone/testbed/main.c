// usb-testbed [--verbose] [--usbfs-memory MB] [--first-bus N] HOST:PORT COMMAND [ARG...]
//
// Plugs the devices of a USB/IP server in at /dev/bus/usb and /sys, which `run` has made private, and runs a command.
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "bus.h"
#include "command.h"
#include "follower.h"
#include "log.h"
#include "nodes.h"
#include "urb.h"

static struct usbip_server parse_server(char *address) {
  char *colon = strrchr(address, ':');
  if (!colon) fail(EX_USAGE, "%s is not HOST:PORT", address);
  *colon = 0;
  return (struct usbip_server){address, colon + 1};
}

int main(int count, char **arguments) {
  int next = 1;
  for (; next + 1 < count && arguments[next][0] == '-'; next++) {
    if (strcmp(arguments[next], "--verbose") == 0) log_verbose = true;
    else if (strcmp(arguments[next], "--usbfs-memory") == 0) urb_set_memory_limit(strtoul(arguments[++next], NULL, 10));
    else if (strcmp(arguments[next], "--first-bus") == 0) bus_set_first((unsigned)strtoul(arguments[++next], NULL, 10));
    else fail(EX_USAGE, "unknown option %s", arguments[next]);
  }
  if (count - next < 2) fail(EX_USAGE, "usage: [--verbose] [--usbfs-memory MB] [--first-bus N] HOST:PORT COMMAND [ARG...]");
  static struct usbip_server server;
  server = parse_server(arguments[next]);

  // Transfers of a megabyte come and go; their memory is kept for the next instead of going back to the kernel.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);

  command_block_signals();
  nodes_mount("/dev/bus/usb");
  follower_start(&server);
  exit(command_run(arguments + next + 1));
}
