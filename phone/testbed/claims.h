// Which open file has which interface, and which interface a transfer needs. With the device's lock held.
#ifndef CLAIMS_H
#define CLAIMS_H

#include "open-file.h"

// 0, -EBUSY when another open file has it, -ENOENT when there is no such interface.
int claim_interface(struct open_file *file, unsigned interface);

// 0 or -EINVAL. The transfers on it are the caller's to end.
int release_interface(struct open_file *file, unsigned interface);

// The open file that has it, or NULL.
struct open_file *claimant(const struct device *device, unsigned interface);

// The interface of an endpoint (with its descriptor), claimed as usbfs does for who forgot to; or -errno.
int claim_endpoint(struct open_file *file, uint8_t address, const uint8_t **descriptor);

// Claims what a control request is about, when it is about an interface or endpoint: its number, NO_INTERFACE, or -errno.
int claim_recipient(struct open_file *file, uint8_t request_type, uint16_t index);

#endif
