// The files of /dev/bus/usb: a folder a bus, a file a device.
#ifndef NODES_H
#define NODES_H

// Mounts them and answers for them in threads of its own, for as long as the process lives.
void nodes_mount(const char *mountpoint);

#endif
