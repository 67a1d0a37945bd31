import { Adb, type AdbSync, type AdbTransport } from "@yume-chan/adb";
import type { ReadableStream } from "@yume-chan/stream-extra";
import { ScopedTransport } from "./scoped-transport.ts";

/** Runs work on a sync session of its own and closes it, whatever comes of it. */
async function withSync<T>(transport: AdbTransport, work: (sync: AdbSync) => Promise<T>): Promise<T> {
  const scope = new ScopedTransport(transport);
  try {
    return await work(await new Adb(scope).sync());
  } finally {
    // Not awaited: the device may never take the CLSE, and the result is here.
    void scope.close();
  }
}

/** `DeviceLink.push`. */
export function pushFile(
  transport: AdbTransport,
  path: string,
  file: ReadableStream<Uint8Array>,
): Promise<void> {
  return withSync(transport, async (sync) => sync.write({ filename: path, file }));
}

/** `DeviceLink.pull`. */
export function pullFile(
  transport: AdbTransport,
  path: string,
  take: (part: Uint8Array) => void,
): Promise<void> {
  return withSync(transport, async (sync) => {
    const reader = sync.read(path).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) take(part.value);
  });
}

/** Bytes; undefined when there is no such file. */
export function sizeOfFile(transport: AdbTransport, path: string): Promise<bigint | undefined> {
  return withSync(transport, (sync) =>
    sync.lstat(path).then(
      ({ size }) => size,
      () => undefined,
    ),
  );
}
