// The two questions that open a USB/IP connection: the device list, and the import of one device.
// Layouts: Linux, Documentation/usb/usbip_protocol.rst. Every integer is big-endian.
#include "usbip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { VERSION = 0x0111, REQUEST_LIST = 0x8005, REQUEST_IMPORT = 0x8003 };

// version (2), command (2), status (4)
enum { OPENING = 8 };

// struct usbip_usb_device: path (256), busid (32), bus, device and speed (4 each), ids, class and counts (12)
enum { RECORD = 312, RECORD_BUSID = 256, RECORD_BUS = 288, RECORD_DEVICE = 292, RECORD_SPEED = 296, RECORD_INTERFACES = 311 };

static uint32_t read32(const uint8_t *bytes) {
  uint32_t value;
  memcpy(&value, bytes, sizeof value);
  return ntohl(value);
}

static int dial(const struct usbip_server *server) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *addresses;
  if (getaddrinfo(server->host, server->port, &hints, &addresses)) return -EHOSTUNREACH;
  int result = -ECONNREFUSED;
  for (struct addrinfo *address = addresses; address && result < 0; address = address->ai_next) {
    int s = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0) continue;
    struct timeval patience = {.tv_sec = 2};
    setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience); // bounds connect() too
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (connect(s, address->ai_addr, address->ai_addrlen) == 0) {
      result = s;
    } else {
      result = -errno;
      close(s);
    }
  }
  freeaddrinfo(addresses);
  return result;
}

static int read_all(int socket, void *to, size_t length) {
  ssize_t got = recv(socket, to, length, MSG_WAITALL);
  if (got == (ssize_t)length) return 0;
  return got < 0 ? -errno : -EPROTO;
}

static int ask(int socket, uint16_t command, const char *busid) {
  uint8_t request[OPENING + USBIP_BUSID] = {VERSION >> 8, VERSION & 0xff, command >> 8, command & 0xff};
  if (busid) strncpy((char *)request + OPENING, busid, USBIP_BUSID - 1);
  ssize_t length = OPENING + (busid ? USBIP_BUSID : 0);
  if (send(socket, request, length, MSG_NOSIGNAL) != length) return -EPIPE;

  uint8_t answer[OPENING];
  int error = read_all(socket, answer, sizeof answer);
  if (error) return error;
  if ((answer[2] << 8 | answer[3]) != (command & 0x7fff)) return -EPROTO;
  return read32(answer + 4) == 0 ? 0 : -ENODEV;
}

static void parse(const uint8_t record[RECORD], struct usbip_export *parsed) {
  memcpy(parsed->busid, record + RECORD_BUSID, USBIP_BUSID);
  parsed->busid[USBIP_BUSID - 1] = 0;
  parsed->device_id = read32(record + RECORD_BUS) << 16 | read32(record + RECORD_DEVICE);
  parsed->speed = read32(record + RECORD_SPEED);
}

static int read_list(int socket, struct usbip_export *exports, int limit) {
  uint8_t count_bytes[4], record[RECORD], interfaces[4 * 255];
  int error = ask(socket, REQUEST_LIST, NULL);
  if (!error) error = read_all(socket, count_bytes, sizeof count_bytes);
  if (error) return error;
  int count = 0;
  for (uint32_t left = read32(count_bytes); left > 0 && count < limit; left--, count++) {
    if ((error = read_all(socket, record, sizeof record))) return error;
    if ((error = read_all(socket, interfaces, 4 * (size_t)record[RECORD_INTERFACES]))) return error;
    parse(record, &exports[count]);
  }
  return count;
}

int usbip_list(const struct usbip_server *server, struct usbip_export *exports, int limit) {
  int socket = dial(server);
  if (socket < 0) return socket;
  int count = read_list(socket, exports, limit);
  close(socket);
  return count;
}

int usbip_import(const struct usbip_server *server, const char *busid, struct usbip_export *imported) {
  int socket = dial(server);
  if (socket < 0) return socket;
  uint8_t record[RECORD];
  int error = ask(socket, REQUEST_IMPORT, busid);
  if (!error) error = read_all(socket, record, sizeof record);
  if (error) {
    close(socket);
    return error;
  }
  parse(record, imported);
  return socket;
}
