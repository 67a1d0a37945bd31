// Follows a USB/IP server: what it exports is plugged in. (What it no longer exports loses its connection, and is
// unplugged by that.)
#ifndef FOLLOWER_H
#define FOLLOWER_H

#include "usbip.h"

// Plugs in what the server exports now, if it is there, and goes on looking in a thread of its own.
void follower_start(const struct usbip_server *server);

#endif
