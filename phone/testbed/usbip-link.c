// The packets of an imported device, with a 48-byte header each. Layouts: Documentation/usb/usbip_protocol.rst.
//
//    0 command   4 seqnum   8 device id   12 direction   16 endpoint
//   CMD_SUBMIT   20 transfer flags   24 length   28 start frame   32 packets   36 interval   40 setup
//   RET_SUBMIT   20 status           24 actual length
//   CMD_UNLINK   20 seqnum of the transfer to be cancelled
//   RET_UNLINK   20 status
#include "usbip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { HEADER = 48, CMD_SUBMIT = 1, CMD_UNLINK = 2 };

static void write32(uint8_t *to, uint32_t value) {
  value = htonl(value);
  memcpy(to, &value, sizeof value);
}

static uint32_t read32(const uint8_t *bytes) {
  uint32_t value;
  memcpy(&value, bytes, sizeof value);
  return ntohl(value);
}

int usbip_link_open(struct usbip_link *link, int socket, uint32_t device_id) {
  memset(link, 0, sizeof *link);
  link->socket = socket;
  link->device_id = device_id;
  link->patience_ms = 5000;
  link->doorbell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  pthread_mutex_init(&link->lock, NULL);
  return link->doorbell < 0 ? -errno : 0;
}

void usbip_link_close(struct usbip_link *link) {
  close(link->socket);
  if (link->doorbell >= 0) close(link->doorbell);
  pthread_mutex_destroy(&link->lock);
  free(link->backlog);
}

static bool has_backlog(const struct usbip_link *link) { return link->backlog_start < link->backlog_end; }

static void keep(struct usbip_link *link, const uint8_t *bytes, size_t length) {
  if (link->backlog_end + length > link->backlog_size) {
    size_t waiting = link->backlog_end - link->backlog_start;
    if (link->backlog_start) memmove(link->backlog, link->backlog + link->backlog_start, waiting);
    link->backlog_start = 0;
    link->backlog_end = waiting;
  }
  if (link->backlog_end + length > link->backlog_size) {
    size_t size = 2 * (link->backlog_end + length);
    uint8_t *larger = realloc(link->backlog, size);
    if (!larger) abort(); // the transfers' own limit keeps this small
    link->backlog = larger;
    link->backlog_size = size;
  }
  memcpy(link->backlog + link->backlog_end, bytes, length);
  link->backlog_end += length;
}

// A server that reads slowly must not hold up the process that submits (usbfs never does), so what the socket does
// not take at once waits in the backlog. It is bounded by what may be in flight at all.
static void send_packet(struct usbip_link *link, const uint8_t header[HEADER], const uint8_t *payload, size_t length) {
  struct iovec parts[2] = {{(void *)(uintptr_t)header, HEADER}, {(void *)(uintptr_t)payload, length}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = length ? 2 : 1};
  pthread_mutex_lock(&link->lock);
  bool was_waiting = has_backlog(link);
  ssize_t sent = was_waiting ? 0 : sendmsg(link->socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  size_t done = sent > 0 ? (size_t)sent : 0;
  if (done < HEADER) keep(link, header + done, HEADER - done);
  size_t paid = done > HEADER ? done - HEADER : 0;
  if (paid < length) keep(link, payload + paid, length - paid);
  bool ring = !was_waiting && has_backlog(link);
  pthread_mutex_unlock(&link->lock);
  if (ring) eventfd_write(link->doorbell, 1);
}

static void flush_backlog(struct usbip_link *link) {
  pthread_mutex_lock(&link->lock);
  while (has_backlog(link)) {
    size_t length = link->backlog_end - link->backlog_start;
    ssize_t sent = send(link->socket, link->backlog + link->backlog_start, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent <= 0) break;
    link->backlog_start += sent;
  }
  if (!has_backlog(link)) link->backlog_start = link->backlog_end = 0;
  pthread_mutex_unlock(&link->lock);
}

void usbip_send_submit(struct usbip_link *link, const struct usbip_submit *submit) {
  bool in = submit->endpoint & 0x80;
  uint8_t header[HEADER] = {0};
  write32(header, CMD_SUBMIT);
  write32(header + 4, submit->seqnum);
  write32(header + 8, link->device_id);
  write32(header + 12, in);
  write32(header + 16, submit->endpoint & 0x0f);
  write32(header + 20, submit->flags);
  write32(header + 24, submit->length);
  write32(header + 36, submit->interval);
  if (submit->setup) memcpy(header + 40, submit->setup, 8);
  send_packet(link, header, submit->payload, in ? 0 : submit->length);
}

void usbip_send_unlink(struct usbip_link *link, uint32_t seqnum, uint32_t unlinked_seqnum) {
  uint8_t header[HEADER] = {0};
  write32(header, CMD_UNLINK);
  write32(header + 4, seqnum);
  write32(header + 8, link->device_id);
  write32(header + 20, unlinked_seqnum);
  send_packet(link, header, NULL, 0);
}

static int wait_for_bytes(struct usbip_link *link) {
  for (;;) {
    pthread_mutex_lock(&link->lock);
    short events = has_backlog(link) ? POLLIN | POLLOUT : POLLIN;
    pthread_mutex_unlock(&link->lock);
    struct pollfd polled[2] = {{.fd = link->socket, .events = events}, {.fd = link->doorbell, .events = POLLIN}};
    int ready = poll(polled, 2, link->patience_ms);
    if (ready == 0) return -ETIMEDOUT;
    if (ready < 0 && errno != EINTR) return -errno;
    if (polled[1].revents) eventfd_read(link->doorbell, &(eventfd_t){0});
    if (polled[0].revents & POLLOUT) flush_backlog(link);
    if (polled[0].revents & ~POLLOUT) return 0;
  }
}

static ssize_t receive_some(struct usbip_link *link, void *to, size_t length) {
  for (;;) {
    ssize_t got = recv(link->socket, to, length, MSG_DONTWAIT);
    if (got > 0) return got;
    if (got == 0) return -EPIPE;
    if (errno != EAGAIN && errno != EINTR) return -errno;
    int error = wait_for_bytes(link);
    if (error) return error;
  }
}

int usbip_receive_payload(struct usbip_link *link, void *to, size_t length) {
  uint8_t *next = to;
  while (length > 0) {
    size_t held = link->inbox.end - link->inbox.start;
    if (held > 0) {
      size_t taken = held < length ? held : length;
      memcpy(next, link->inbox.bytes + link->inbox.start, taken);
      link->inbox.start += taken;
      next += taken;
      length -= taken;
      continue;
    }
    // Large payloads go where they belong; small ones come many to a system call.
    bool direct = length >= sizeof link->inbox.bytes;
    ssize_t got = receive_some(link, direct ? next : link->inbox.bytes, direct ? length : sizeof link->inbox.bytes);
    if (got < 0) return (int)got;
    if (direct) {
      next += got;
      length -= (size_t)got;
    } else {
      link->inbox.start = 0;
      link->inbox.end = (size_t)got;
    }
  }
  return 0;
}

int usbip_receive_reply(struct usbip_link *link, struct usbip_reply *reply) {
  flush_backlog(link); // while bytes keep coming nobody polls for room to send
  uint8_t header[HEADER];
  int error = usbip_receive_payload(link, header, sizeof header);
  if (error) return error;
  reply->command = read32(header);
  reply->seqnum = read32(header + 4);
  reply->status = (int32_t)read32(header + 20);
  reply->actual_length = read32(header + 24);
  return 0;
}
