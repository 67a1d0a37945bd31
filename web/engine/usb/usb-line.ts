import { makeStrictDevice } from "./strict-device.ts";

/** USB as Tango sees it, and the way to tell it that a connection is over. */
export interface UsbLine {
  /** Its devices are strict. */
  usb: USB;
  /** The strict one of the browser's own. */
  strictOf(raw: USBDevice): USBDevice;
  /** Ends every connection to the device: its streams close, and writes under way count as done. */
  hangUp(device: USBDevice): void;
}

/**
 * Tango's connection lets go of its streams and of its listener only when it hears `disconnect`, or ends in good order.
 * A phone that is plugged in but answers nobody would so cost memory with each attempt, for months: we tell `disconnect`
 * ourselves, when the cable is pulled and after each connection.
 */
export function makeUsbLine(usb: Pick<USB, "getDevices">): UsbLine {
  lendClosed();
  const strictDevices = new WeakMap<USBDevice, USBDevice>();

  function strictOf(raw: USBDevice): USBDevice {
    const strict = strictDevices.get(raw) ?? makeStrictDevice(raw);
    strictDevices.set(raw, strict);
    return strict;
  }

  const getDevices = async (): Promise<USBDevice[]> => (await usb.getDevices()).map(strictOf);
  const line = Object.assign(new EventTarget(), { getDevices });
  return {
    // Tango asks no more of it than that, save the picker, which no thread has.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    usb: line as EventTarget as USB,
    strictOf,
    hangUp: (device) => void line.dispatchEvent(Object.assign(new Event("disconnect"), { device })),
  };
}

/**
 * Where a transfer fails, Tango looks at a variable `closed` that is out of its reach there. A window happens to have
 * a global one, a thread has none: the `ReferenceError` would hide what USB said.
 */
function lendClosed(): void {
  if (!("closed" in globalThis)) Object.assign(globalThis, { closed: false });
}
