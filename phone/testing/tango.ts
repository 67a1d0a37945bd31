import {
  Adb,
  type AdbCredentialStore,
  AdbDaemonTransport,
  AdbPacket,
  AdbPacketSerializeStream,
} from "@yume-chan/adb";
import { AdbDaemonWebUsbDeviceManager } from "@yume-chan/adb-daemon-webusb";
import {
  MaybeConsumable,
  pipeFrom,
  ReadableStream,
  StructDeserializeStream,
  type WritableStream,
} from "@yume-chan/stream-extra";
import { makeCredentials } from "./credentials.ts";

/** Tango's ADB client on the first phone of a bus, as the product uses it. */
export async function connectTango(
  usb: USB,
  options: { credentials?: AdbCredentialStore; initialDelayedAckBytes?: number } = {},
): Promise<Adb> {
  const [device] = await new AdbDaemonWebUsbDeviceManager(usb).getDevices();
  if (!device) throw new Error("no phone on the bus");
  const connection = await device.connect();
  const transport = await AdbDaemonTransport.authenticate({
    serial: device.serial,
    connection,
    credentialStore: options.credentials ?? makeCredentials(),
    ...(options.initialDelayedAckBytes === undefined
      ? {}
      : { initialDelayedAckBytes: options.initialDelayedAckBytes }),
  });
  return new Adb(transport);
}

/** A file's contents as Tango's `sync.write` takes them. */
export function fileOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** Tango's ADB client on a stream of bytes, as over TCP. */
export async function connectTangoStream(stream: {
  readable: globalThis.ReadableStream<Uint8Array>;
  writable: globalThis.WritableStream<Uint8Array>;
}): Promise<Adb> {
  // Tango's declarations of the platform's streams differ from the platform's in nothing that matters here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { readable: received, writable: sent } = stream as unknown as {
    readable: ReadableStream<Uint8Array>;
    writable: WritableStream<Uint8Array>;
  };
  const readable = received.pipeThrough(new StructDeserializeStream(AdbPacket));
  const bytes = new MaybeConsumable.WrapWritableStream(sent);
  const transport = await AdbDaemonTransport.authenticate({
    serial: "stream",
    connection: { readable, writable: pipeFrom(bytes, new AdbPacketSerializeStream()) },
    credentialStore: makeCredentials(),
  });
  return new Adb(transport);
}
