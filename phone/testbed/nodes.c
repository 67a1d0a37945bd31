#include "nodes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sysexits.h>

#include "bus.h"
#include "caller.h"
#include "ioctls.h"
#include "log.h"
#include "open-file.h"

// An inode's number is BUS << 8 | NUMBER; a bus's folder has NUMBER 0, and the root is FUSE's own 1 (bus 0, number 1).
static unsigned bus_of(fuse_ino_t inode) { return (unsigned)(inode >> 8); }
static unsigned number_of(fuse_ino_t inode) { return inode & 0xff; }
static fuse_ino_t inode_of(unsigned bus, unsigned number) { return (fuse_ino_t)bus << 8 | number; }

enum { MOST_ENTRIES = 512, IDLE_THREADS = 8, MOST_THREADS = 1024 };

struct listing {
  unsigned bus; // 0 lists the buses
  unsigned count;
  unsigned numbers[MOST_ENTRIES];
};

static void list_device(struct device *device, void *context) {
  struct listing *listing = context;
  if (listing->bus && device->bus != listing->bus) return;
  unsigned number = listing->bus ? device->number : device->bus;
  for (unsigned i = 0; i < listing->count; i++)
    if (listing->numbers[i] == number) return;
  if (listing->count < MOST_ENTRIES) listing->numbers[listing->count++] = number;
}

static int fill_stat(fuse_ino_t inode, struct stat *stat) {
  *stat = (struct stat){.st_ino = inode, .st_nlink = 1};
  if (inode == FUSE_ROOT_ID || number_of(inode) == 0) {
    stat->st_mode = S_IFDIR | 0755;
    stat->st_nlink = 2;
    return 0;
  }
  struct device *device = bus_find(bus_of(inode), number_of(inode));
  if (!device) return -ENOENT;
  // A character device here would be opened by its number, past FUSE; so this is a regular file that answers ioctls.
  stat->st_mode = S_IFREG | 0666;
  stat->st_size = (off_t)device->description.length;
  stat->st_rdev = makedev(189, (device->bus - 1) * 128 + device->number - 1);
  device_release(device);
  return 0;
}

static void on_lookup(fuse_req_t request, fuse_ino_t parent, const char *name) {
  struct fuse_entry_param entry = {0};
  char *end;
  unsigned long number = strtoul(name, &end, 10);
  bool valid = end == name + 3 && *end == 0 && number >= 1 && number <= 255;
  if (valid && parent == FUSE_ROOT_ID) {
    struct listing buses = {.bus = 0};
    bus_each(list_device, &buses);
    for (unsigned i = 0; i < buses.count; i++)
      if (buses.numbers[i] == number) entry.ino = inode_of((unsigned)number, 0);
  } else if (valid) {
    entry.ino = inode_of(bus_of(parent), (unsigned)number);
  }
  // Nothing is cached (the timeouts are 0), so a device that came or went is seen at the next look.
  if (!entry.ino || fill_stat(entry.ino, &entry.attr)) fuse_reply_err(request, ENOENT);
  else fuse_reply_entry(request, &entry);
}

static void on_getattr(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *info) {
  (void)info;
  struct stat stat;
  if (fill_stat(inode, &stat)) fuse_reply_err(request, ENOENT);
  else fuse_reply_attr(request, &stat, 0);
}

static void on_opendir(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *info) {
  struct listing *listing = calloc(1, sizeof *listing);
  if (!listing) {
    fuse_reply_err(request, ENOMEM);
    return;
  }
  listing->bus = inode == FUSE_ROOT_ID ? 0 : bus_of(inode);
  bus_each(list_device, listing);
  info->fh = (uintptr_t)listing;
  fuse_reply_open(request, info);
}

static void on_readdir(
    fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset, struct fuse_file_info *info) {
  const struct listing *listing = (void *)(uintptr_t)info->fh;
  char *buffer = malloc(size);
  if (!buffer) {
    fuse_reply_err(request, ENOMEM);
    return;
  }
  size_t used = 0;
  for (off_t at = offset; at < listing->count + 2; at++) {
    char name[8] = ".";
    struct stat stat = {.st_ino = inode, .st_mode = S_IFDIR};
    if (at == 1) strcpy(name, "..");
    if (at >= 2) {
      unsigned number = listing->numbers[at - 2];
      snprintf(name, sizeof name, "%03u", number & 0xff);
      stat.st_ino = listing->bus ? inode_of(listing->bus, number) : inode_of(number, 0);
      stat.st_mode = listing->bus ? S_IFREG : S_IFDIR;
    }
    size_t needed = fuse_add_direntry(request, buffer + used, size - used, name, &stat, at + 1);
    if (needed > size - used) break;
    used += needed;
  }
  fuse_reply_buf(request, buffer, used);
  free(buffer);
}

static void on_releasedir(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *info) {
  (void)inode;
  free((void *)(uintptr_t)info->fh);
  fuse_reply_err(request, 0);
}

static struct open_file *file_of(const struct fuse_file_info *info) { return (void *)(uintptr_t)info->fh; }

static void on_open(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *info) {
  struct device *device = bus_find(bus_of(inode), number_of(inode));
  struct open_file *file = device ? open_file_new(device, (info->flags & O_ACCMODE) != O_RDONLY) : NULL;
  if (device) device_release(device);
  if (!file) {
    fuse_reply_err(request, ENODEV);
    return;
  }
  info->fh = (uintptr_t)file;
  info->direct_io = 1;
  // An open that was interrupted is never released.
  if (fuse_reply_open(request, info)) open_file_close(file);
}

static void on_release(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *info) {
  (void)inode;
  open_file_close(file_of(info));
  fuse_reply_err(request, 0);
}

static void on_read(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset, struct fuse_file_info *info) {
  (void)inode;
  struct device *device = file_of(info)->device;
  pthread_mutex_lock(&device->lock);
  bool gone = device->state == GONE;
  pthread_mutex_unlock(&device->lock);
  size_t length = device->description.length, start = (size_t)offset < length ? (size_t)offset : length;
  size_t count = size < length - start ? size : length - start;
  if (gone) fuse_reply_err(request, ENODEV);
  else fuse_reply_buf(request, (const char *)device->description.bytes + start, count);
}

static void on_poll(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *info, struct fuse_pollhandle *poller) {
  (void)inode;
  fuse_reply_poll(request, open_file_poll(file_of(info), poller));
}

static void on_ioctl(
    fuse_req_t request, fuse_ino_t inode, unsigned command, void *argument, struct fuse_file_info *info, unsigned flags,
    const void *in, size_t in_size, size_t out_size) {
  (void)inode, (void)in, (void)in_size, (void)out_size;
  if (flags & FUSE_IOCTL_COMPAT) { // a 32-bit program's structs are laid out otherwise
    fuse_reply_err(request, ENOTTY);
    return;
  }
  struct caller caller = {request, fuse_req_ctx(request)->pid};
  int result = usbfs_ioctl(&caller, file_of(info), command, (uintptr_t)argument);
  if (result < 0) fuse_reply_err(request, -result);
  else fuse_reply_ioctl(request, result, NULL, 0);
}

static const struct fuse_lowlevel_ops operations = {
    .lookup = on_lookup,
    .getattr = on_getattr,
    .opendir = on_opendir,
    .readdir = on_readdir,
    .releasedir = on_releasedir,
    .open = on_open,
    .release = on_release,
    .read = on_read,
    .poll = on_poll,
    .ioctl = on_ioctl,
};

static void *answer(void *session) {
  struct fuse_loop_config *config = fuse_loop_cfg_create();
  // An ioctl that waits (REAPURB, CONTROL, BULK) keeps its thread, so there must be one for each that may wait.
  fuse_loop_cfg_set_max_threads(config, MOST_THREADS);
  fuse_loop_cfg_set_idle_threads(config, IDLE_THREADS);
  fuse_session_loop_mt(session, config);
  fuse_loop_cfg_destroy(config);
  return NULL;
}

void nodes_mount(const char *mountpoint) {
  char *options[] = {"usb-testbed", "-oallow_other,default_permissions,fsname=usb-testbed", NULL};
  struct fuse_args arguments = FUSE_ARGS_INIT(2, options);
  struct fuse_session *session = fuse_session_new(&arguments, &operations, sizeof operations, NULL);
  fuse_opt_free_args(&arguments);
  if (!session || fuse_session_mount(session, mountpoint)) fail(EX_UNAVAILABLE, "cannot mount FUSE at %s", mountpoint);
  pthread_t thread;
  if (pthread_create(&thread, NULL, answer, session)) fail(EX_OSERR, "cannot start a thread");
  pthread_detach(thread);
}
