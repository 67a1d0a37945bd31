import { AdbDaemonWebUsbDeviceManager } from "@yume-chan/adb-daemon-webusb";
import { ReadableStream } from "@yume-chan/stream-extra";
import { makeOpenLink } from "../../engine/device/adb-link.ts";
import type { DeviceLink } from "../../engine/device/device-link.ts";
import { readIdentity } from "../../engine/device/read-identity.ts";
import { makeBrowserPlatform } from "../../engine/platform.ts";

/** What the page may ask of the engine's link; the answer to each is in `LinkAnswers`. */
export type LinkRequest =
  /** Claims the device with this serial number and opens ADB. */
  | { kind: "open"; serial: string }
  | { kind: "shell"; line: string }
  /** What the engine finds out of a device before it is ready. */
  | { kind: "identity" }
  /** Pushes random bytes, and keeps them to compare. */
  | { kind: "push"; path: string; length: number }
  /** Pulls and compares with what was pushed last. */
  | { kind: "pull"; path: string }
  | { kind: "close" };

export interface LinkAnswers {
  open: { ms: number };
  shell: { stdout: string; stderr: string; exit_code: number };
  identity: unknown;
  push: { ms: number };
  pull: { ms: number; isSame: boolean };
  close: undefined;
}

const partLength = 64 * 1024;
let link: DeviceLink | undefined;
let pushed = new Uint8Array();

async function open(serial: string): Promise<LinkAnswers["open"]> {
  const devices = await new AdbDaemonWebUsbDeviceManager(navigator.usb).getDevices();
  const device = devices.find((each) => each.serial === serial);
  if (device === undefined) throw new Error(`no device ${serial}`);
  const platform = makeBrowserPlatform();
  const startMs = performance.now();
  link = await makeOpenLink(device, {
    keys: platform.openKeys("tests"),
    serverProgram: () => Promise.reject(new Error("not asked for")),
  })({
    onAuthorizing: () => undefined,
    handshakeLimitMs: 10_000,
    signal: new AbortController().signal,
  });
  return { ms: performance.now() - startMs };
}

async function push(path: string, length: number): Promise<LinkAnswers["push"]> {
  pushed = new Uint8Array(length);
  for (let at = 0; at < length; at += partLength)
    crypto.getRandomValues(pushed.subarray(at, at + partLength));
  let at = 0;
  const file = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(pushed.subarray(at, at + partLength));
      at += partLength;
      if (at >= length) controller.close();
    },
  });
  const startMs = performance.now();
  await held().push(path, file);
  return { ms: performance.now() - startMs };
}

async function pull(path: string): Promise<LinkAnswers["pull"]> {
  const parts: Uint8Array[] = [];
  const startMs = performance.now();
  await held().pull(path, (part) => void parts.push(part));
  const ms = performance.now() - startMs;
  let at = 0;
  for (const part of parts) {
    for (const byte of part) {
      if (byte !== pushed[at]) return { ms, isSame: false };
      at += 1;
    }
  }
  return { ms, isSame: at === pushed.byteLength };
}

function held(): DeviceLink {
  if (link === undefined) throw new Error("the link is not open");
  return link;
}

async function answer(request: LinkRequest): Promise<unknown> {
  switch (request.kind) {
    case "open":
      return await open(request.serial);
    case "shell":
      return await held().shell(request.line, 30_000);
    case "identity":
      return await readIdentity(held(), () => undefined, new AbortController().signal);
    case "push":
      return await push(request.path, request.length);
    case "pull":
      return await pull(request.path);
    default:
      return await link?.close();
  }
}

self.addEventListener("message", ({ data }: MessageEvent<{ id: number; request: LinkRequest }>) => {
  const { id, request } = data;
  answer(request).then(
    (value) => self.postMessage({ id, answer: value }),
    (error: unknown) => self.postMessage({ id, error: String(error) }),
  );
});
