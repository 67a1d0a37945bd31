import { configurationValue } from "../usb/adb-function.ts";
import type { Gadget } from "../usb/gadget.ts";
import { descriptorFor } from "./descriptors.ts";

/**
 * A control request's setup, little endian (USB 2.0 specification, table 9-2):
 *
 *     0  u8  bmRequestType: 0x80 to the computer; 0x60 standard, class, vendor; 0x1f device, interface, endpoint, other
 *     1  u8  bRequest
 *     2  u16 wValue
 *     4  u16 wIndex
 *     6  u16 wLength
 */
interface Setup {
  type: number;
  request: number;
  value: number;
}

/** Standard requests, table 9-4. */
const standard = {
  getStatus: 0,
  clearFeature: 1,
  getDescriptor: 6,
  getConfiguration: 8,
  setConfiguration: 9,
  getInterface: 10,
  setInterface: 11,
};
/**
 * A hub's SET_FEATURE(PORT_RESET). USB/IP has no packet for a reset: Linux's server takes this request to the device
 * itself for one (`drivers/usb/usbip/stub_rx.c`, `is_reset_device_cmd`).
 */
const portReset = { type: 0x23, request: 3, value: 4 };

/** Answers a request to endpoint 0: the bytes of an IN request, none of an OUT request; undefined: it stalls. */
export function answerControl(gadget: Gadget, setupBytes: Uint8Array): Uint8Array | undefined {
  const setup = decodeSetup(setupBytes);
  const { type, request, value } = setup;
  if (type === portReset.type && request === portReset.request && value === portReset.value) {
    gadget.restart();
    return done;
  }
  // Neither class nor vendor requests: ADB's function knows none.
  if ((type & 0x60) !== 0) return undefined;
  return (type & 0x80) === 0 ? set(gadget, setup) : get(gadget, setup);
}

function get(gadget: Gadget, { request, value }: Setup): Uint8Array | undefined {
  switch (request) {
    case standard.getDescriptor:
      return descriptorFor(gadget.descriptor, value);
    case standard.getStatus:
      return Uint8Array.of(0, 0);
    case standard.getConfiguration:
      return Uint8Array.of(configurationValue);
    case standard.getInterface:
      return Uint8Array.of(0);
    default:
      return undefined;
  }
}

function set(gadget: Gadget, { request, value }: Setup): Uint8Array | undefined {
  switch (request) {
    // A kernel's gadget takes its functions down and up again for both (Linux `drivers/usb/gadget/composite.c`).
    case standard.setConfiguration:
      if (value > configurationValue) return undefined;
      gadget.restart();
      return done;
    case standard.setInterface:
      if (value !== 0) return undefined;
      gadget.restart();
      return done;
    case standard.clearFeature:
      return done;
    default:
      return undefined;
  }
}

const done = new Uint8Array();

function decodeSetup(bytes: Uint8Array): Setup {
  const [type = 0, request = 0, low = 0, high = 0] = bytes;
  return { type, request, value: low | (high << 8) };
}
