import {
  configurationName,
  configurationValue,
  endpointNumber,
  interfaceClass,
  interfaceName,
  interfaceNumber,
  interfaceProtocol,
  interfaceSubclass,
  packetSize,
  type UsbDescriptor,
} from "./adb-function.ts";
import type { UsbReply, UsbRequest } from "./usb-message.ts";

/** A phone on the bus as WebUSB shows it, and how to tell it that its cable was pulled. */
export interface PluggedDevice {
  device: USBDevice;
  unplug(): void;
}

const bulk = (direction: USBDirection): USBEndpoint => ({
  endpointNumber,
  direction,
  type: "bulk",
  packetSize,
});

const adbAlternate: USBAlternateInterface = {
  alternateSetting: 0,
  interfaceClass,
  interfaceSubclass,
  interfaceProtocol,
  interfaceName,
  endpoints: [bulk("in"), bulk("out")],
};

/** `ask` carries a request over the bus; `onForget` withdraws the grant. Errors are Chrome's, by name and text. */
export function makeUsbDevice(
  descriptor: UsbDescriptor,
  ask: (request: UsbRequest) => Promise<UsbReply>,
  onForget: () => void,
): PluggedDevice {
  let isPlugged = true;
  let isOpened = false;
  let isClaimed = false;

  const adbInterface: USBInterface = {
    interfaceNumber,
    alternate: adbAlternate,
    alternates: [adbAlternate],
    get claimed() {
      return isClaimed;
    },
  };
  const configuration: USBConfiguration = {
    configurationValue,
    configurationName,
    interfaces: [adbInterface],
  };

  function checkPlugged(): void {
    if (!isPlugged) throw new DOMException("The device was disconnected.", "NotFoundError");
  }

  function checkOpened(): void {
    checkPlugged();
    if (!isOpened) throw new DOMException("The device must be opened first.", "InvalidStateError");
  }

  function checkInterface(number: number): void {
    checkOpened();
    if (number !== interfaceNumber) {
      throw new DOMException(
        "The interface number provided is not supported by the device in its current configuration.",
        "NotFoundError",
      );
    }
  }

  function checkClaimed(): void {
    if (!isClaimed)
      throw new DOMException("The specified interface has not been claimed.", "InvalidStateError");
  }

  function checkEndpoint(number: number): void {
    checkOpened();
    if (number === endpointNumber && isClaimed) return;
    throw new DOMException(
      "The specified endpoint is not part of a claimed and selected alternate interface.",
      "NotFoundError",
    );
  }

  async function perform(request: UsbRequest): Promise<UsbReply & { ok: true }> {
    const reply = await ask(request);
    if (!reply.ok) throw new DOMException(reply.message, reply.name);
    return reply;
  }

  async function release(): Promise<void> {
    if (!isClaimed) return;
    isClaimed = false;
    await perform({ kind: "release" });
  }

  /** The ADB function knows no control requests of its own and has no isochronous endpoints. */
  async function stall<Result>(result: Result): Promise<Result> {
    checkOpened();
    return result;
  }

  async function refuseIsochronous(): Promise<never> {
    checkOpened();
    throw new DOMException(
      "The specified endpoint is not part of a claimed and selected alternate interface.",
      "NotFoundError",
    );
  }

  const device: USBDevice = {
    usbVersionMajor: 2,
    usbVersionMinor: 1,
    usbVersionSubminor: 0,
    deviceClass: 0,
    deviceSubclass: 0,
    deviceProtocol: 0,
    deviceVersionMajor: 4,
    deviceVersionMinor: 4,
    deviceVersionSubminor: 0,
    ...descriptor,
    configuration,
    configurations: [configuration],
    get opened() {
      return isOpened;
    },

    async open() {
      checkPlugged();
      isOpened = true;
    },
    async close() {
      if (!isOpened) return;
      isOpened = false;
      await release();
    },
    async forget() {
      onForget();
      isOpened = false;
      if (isPlugged) await release();
    },
    async selectConfiguration(value) {
      checkOpened();
      if (value !== configurationValue) {
        throw new DOMException(
          "The configuration value provided is not supported by the device.",
          "NotFoundError",
        );
      }
    },
    async claimInterface(number) {
      checkInterface(number);
      if (isClaimed) return;
      await perform({ kind: "claim" });
      isClaimed = true;
    },
    async releaseInterface(number) {
      checkInterface(number);
      await release();
    },
    async selectAlternateInterface(number, setting) {
      checkInterface(number);
      checkClaimed();
      if (setting !== adbAlternate.alternateSetting) {
        throw new DOMException(
          "The alternate setting provided is not supported by the device in its current configuration.",
          "NotFoundError",
        );
      }
    },
    async transferIn(endpoint, length) {
      checkEndpoint(endpoint);
      const { status, bytes } = await perform({ kind: "transfer-in", length });
      return { data: bytes && new DataView(bytes.buffer), status };
    },
    async transferOut(endpoint, data) {
      checkEndpoint(endpoint);
      // The caller keeps its buffer: only the copy travels.
      const bytes = ArrayBuffer.isView(data)
        ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
        : new Uint8Array(data.slice(0));
      const bytesWritten = bytes.byteLength;
      const { status } = await perform({ kind: "transfer-out", bytes: new Uint8Array(bytes) });
      return { bytesWritten, status };
    },
    async clearHalt(_direction, endpoint) {
      checkEndpoint(endpoint);
    },
    async reset() {
      checkOpened();
      await perform({ kind: "reset" });
    },
    controlTransferIn: () => stall({ status: "stall" as const }),
    controlTransferOut: () => stall({ status: "stall" as const, bytesWritten: 0 }),
    isochronousTransferIn: refuseIsochronous,
    isochronousTransferOut: refuseIsochronous,
  };

  return {
    device,
    unplug() {
      isPlugged = false;
      isOpened = false;
      isClaimed = false;
    },
  };
}
