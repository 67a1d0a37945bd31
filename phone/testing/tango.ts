import { Adb, type AdbCredentialStore, AdbDaemonTransport } from "@yume-chan/adb";
import { AdbDaemonWebUsbDeviceManager } from "@yume-chan/adb-daemon-webusb";
import { ReadableStream } from "@yume-chan/stream-extra";
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
