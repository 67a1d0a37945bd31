import type { ByteReader } from "../byte-reader.ts";
import {
  interfaceClass,
  interfaceProtocol,
  interfaceSubclass,
  type UsbDescriptor,
} from "../usb/adb-function.ts";
import type { Gadget } from "../usb/gadget.ts";
import type { UsbBus } from "../usb/usb-bus.ts";
import { release } from "./descriptors.ts";
import { serveImported } from "./imported-device.ts";
import {
  busIdLength,
  decodeBusId,
  decodeRequest,
  encodeImportReply,
  encodeList,
  type ExportedDevice,
  requestLength,
} from "./usbip-message.ts";

/** One client's connection, whatever carries it. */
export interface UsbipStream {
  reader: ByteReader;
  /** Queues all parts without a gap. */
  send(...parts: Uint8Array[]): void;
  /** Idempotent; the reader then ends. */
  close(): void;
}

/** Phones for computers that speak USB/IP. A phone that is plugged in again keeps its bus id. */
export interface UsbipServer extends UsbBus {
  /** Serves one client until either side hangs up. */
  serve(stream: UsbipStream): Promise<void>;
}

interface Export {
  number: number;
  gadget: Gadget;
  isHeld: () => boolean;
  isImported: boolean;
}

const busNumber = 1;

export function makeUsbipServer(): UsbipServer {
  const exports = new Map<string, Export>();
  const numbers = new Map<string, number>();
  let lastNumber = 0;

  /** The number a phone had before, unless another one with the same serial number has it now. */
  function numberFor({ serialNumber }: UsbDescriptor): number {
    const known = numbers.get(serialNumber);
    if (known !== undefined && !exports.has(busIdFor(known))) return known;
    lastNumber += 1;
    numbers.set(serialNumber, lastNumber);
    return lastNumber;
  }

  async function importDevice(stream: UsbipStream): Promise<void> {
    const name = await stream.reader.readExactly(busIdLength);
    const wanted = name && exports.get(decodeBusId(name));
    if (wanted === undefined || wanted.isImported || wanted.isHeld())
      return stream.send(encodeImportReply(undefined));
    wanted.isImported = true;
    stream.send(encodeImportReply(describe(wanted)));
    await serveImported(stream, wanted.gadget);
    wanted.isImported = false;
  }

  return {
    plug(gadget, isHeld = () => false) {
      const number = numberFor(gadget.descriptor);
      exports.set(busIdFor(number), { number, gadget, isHeld, isImported: false });
      gadget.unplugged.addEventListener("abort", () => exports.delete(busIdFor(number)));
    },
    async serve(stream) {
      const head = await stream.reader.readExactly(requestLength);
      const request = head && decodeRequest(head);
      if (request === "list") stream.send(encodeList([...exports.values()].map(describe)));
      else if (request === "import") await importDevice(stream);
      stream.close();
    },
  };
}

function busIdFor(number: number): string {
  return `${busNumber}-${number}`;
}

function describe({ number, gadget }: Export): ExportedDevice {
  const { vendorId, productId } = gadget.descriptor;
  return {
    busId: busIdFor(number),
    busNumber,
    deviceNumber: number,
    vendorId,
    productId,
    release,
    interfaceClass,
    interfaceSubclass,
    interfaceProtocol,
  };
}
