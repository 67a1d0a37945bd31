// USB/IP, the importing side: what a server exports, and the link to one imported device.
#ifndef USBIP_H
#define USBIP_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USBIP_BUSID 32

struct usbip_server {
  const char *host, *port;
};

struct usbip_export {
  char busid[USBIP_BUSID];
  uint32_t device_id; // bus number << 16 | device number, as every packet repeats it
  uint32_t speed;     // enum usb_device_speed: 1 low, 2 full, 3 high, 5 super
};

// What the server exports now: their number (at most `limit` of them), or -errno.
int usbip_list(const struct usbip_server *server, struct usbip_export *exports, int limit);

// The socket of an imported device, or -errno. The device is ours until the socket is closed.
int usbip_import(const struct usbip_server *server, const char *busid, struct usbip_export *imported);

// One imported device's connection. Any thread may send; one thread receives, and sends what the socket had no room for.
struct usbip_link {
  int socket;
  int doorbell; // an eventfd, rung for the receiving thread when there is a backlog
  uint32_t device_id;
  int patience_ms; // how long to wait for bytes; -1 is for ever

  struct {
    uint8_t bytes[64 * 1024];
    size_t start, end;
  } inbox;

  pthread_mutex_t lock; // of the backlog: bytes accepted and not yet taken by the socket
  uint8_t *backlog;
  size_t backlog_start, backlog_end, backlog_size;
};

struct usbip_submit {
  uint32_t seqnum, length, flags, interval;
  uint8_t endpoint; // with its direction bit
  const uint8_t *setup; // 8 bytes, or NULL
  const uint8_t *payload; // `length` bytes for OUT
};

#define USBIP_RET_SUBMIT 3
#define USBIP_RET_UNLINK 4

struct usbip_reply {
  uint32_t command, seqnum;
  int32_t status;
  uint32_t actual_length;
};

int usbip_link_open(struct usbip_link *link, int socket, uint32_t device_id);
void usbip_link_close(struct usbip_link *link);

// Never wait. A broken connection is only seen by the receiving thread.
void usbip_send_submit(struct usbip_link *link, const struct usbip_submit *submit);
void usbip_send_unlink(struct usbip_link *link, uint32_t seqnum, uint32_t unlinked_seqnum);

// Wait for the next reply, or for `length` bytes of payload after one; 0 or -errno.
int usbip_receive_reply(struct usbip_link *link, struct usbip_reply *reply);
int usbip_receive_payload(struct usbip_link *link, void *to, size_t length);

#endif
