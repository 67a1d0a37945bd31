import { makeUsbDevice, type PluggedDevice } from "./usb-device.ts";
import type { HostMessage, HubMessage, UsbReply, UsbRequest } from "./usb-message.ts";

/** The event WebUSB fires; Node and old engines have no such class of their own. */
class PlugEvent extends Event {
  readonly device: USBDevice;
  constructor(type: "connect" | "disconnect", device: USBDevice) {
    super(type);
    this.device = device;
  }
}

/**
 * The computer's side of the virtual bus: an object shaped as `navigator.usb`, whose phones hang on the port's other end
 * (`UsbHub.attachHost`). Every phone counts as granted until it is forgotten.
 */
export function makeUsb(port: MessagePort): USB {
  const devices = new Map<number, PluggedDevice>();
  const forgotten = new Set<string>();
  const waiting = new Map<number, { plug: number; resolve(reply: UsbReply): void }>();
  let lastRequest = 0;
  let isReady = false;
  const { promise: ready, resolve: markReady } = Promise.withResolvers<void>();

  const granted = () =>
    [...devices.values()].filter(({ device }) => !forgotten.has(device.serialNumber ?? ""));

  async function getDevices(): Promise<USBDevice[]> {
    await ready;
    return granted().map(({ device }) => device);
  }

  /** The picker, which a thread cannot show: the first phone that was forgotten and matches, else "nothing chosen". */
  async function requestDevice({ filters }: USBDeviceRequestOptions): Promise<USBDevice> {
    await ready;
    const chosen = [...devices.values()].find(
      ({ device }) =>
        forgotten.has(device.serialNumber ?? "") &&
        (filters.length === 0 || filters.some((filter) => matches(device, filter))),
    );
    if (!chosen) throw new DOMException("No device selected.", "NotFoundError");
    forgotten.delete(chosen.device.serialNumber ?? "");
    return chosen.device;
  }

  // `USB` is declared as a class whose listeners' types no plain EventTarget has.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const usb = Object.assign(new EventTarget(), {
    onconnect: null,
    ondisconnect: null,
    getDevices,
    requestDevice,
  }) as EventTarget as USB;

  function fire(type: "connect" | "disconnect", device: USBDevice): void {
    const event = new PlugEvent(type, device);
    usb.dispatchEvent(event);
    usb[`on${type}`]?.(event);
  }

  async function ask(plug: number, request: UsbRequest): Promise<UsbReply> {
    lastRequest += 1;
    const id = lastRequest;
    const reply = new Promise<UsbReply>((resolve) => waiting.set(id, { plug, resolve }));
    const message: HostMessage = { type: "request", id, plug, request };
    port.postMessage(message, request.kind === "transfer-out" ? [request.bytes.buffer] : []);
    return await reply;
  }

  function attach({ plug, descriptor }: HubMessage & { type: "attached" }): void {
    const plugged = makeUsbDevice(
      descriptor,
      (request) => ask(plug, request),
      () => forgotten.add(descriptor.serialNumber),
    );
    devices.set(plug, plugged);
    // Phones that were there before the first look are found by `getDevices`, without an event.
    if (isReady && !forgotten.has(descriptor.serialNumber)) fire("connect", plugged.device);
  }

  function detach(plug: number): void {
    const plugged = devices.get(plug);
    if (!plugged) return;
    devices.delete(plug);
    plugged.unplug();
    for (const [id, request] of waiting) {
      if (request.plug !== plug) continue;
      waiting.delete(id);
      request.resolve({ ok: false, name: "NotFoundError", message: "The device was disconnected." });
    }
    if (!forgotten.has(plugged.device.serialNumber ?? "")) fire("disconnect", plugged.device);
  }

  port.onmessage = ({ data }: MessageEvent<HubMessage>) => {
    if (data.type === "attached") attach(data);
    else if (data.type === "detached") detach(data.plug);
    else if (data.type === "ready") {
      isReady = true;
      markReady();
    } else {
      waiting.get(data.id)?.resolve(data.reply);
      waiting.delete(data.id);
    }
  };
  const hello: HostMessage = { type: "hello" };
  port.postMessage(hello);
  return usb;
}

function matches(device: USBDevice, filter: USBDeviceFilter): boolean {
  if (filter.vendorId !== undefined && filter.vendorId !== device.vendorId) return false;
  if (filter.productId !== undefined && filter.productId !== device.productId) return false;
  if (filter.serialNumber !== undefined && filter.serialNumber !== device.serialNumber) return false;
  const alternates = device.configurations.flatMap(({ interfaces }) =>
    interfaces.flatMap(({ alternates }) => alternates),
  );
  return alternates.some(
    (alternate) =>
      (filter.classCode === undefined || filter.classCode === alternate.interfaceClass) &&
      (filter.subclassCode === undefined || filter.subclassCode === alternate.interfaceSubclass) &&
      (filter.protocolCode === undefined || filter.protocolCode === alternate.interfaceProtocol),
  );
}
