import { Adb, type AdbSync, type AdbTransport } from "@yume-chan/adb";
import { ReadableStream, type ReadableStreamDefaultController } from "@yume-chan/stream-extra";
import { untilAborted } from "../aborted.ts";
import { ScopedTransport } from "./scoped-transport.ts";

export interface TransferHooks {
  /** Gives the transfer up; the device removes what it has of a pushed file. */
  signal?: AbortSignal | undefined;
  /** How many bytes went over ADB so far. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/** Runs work on a sync session of its own and closes it, whatever comes of it. */
async function withSync<T>(
  transport: AdbTransport,
  signal: AbortSignal | undefined,
  work: (sync: AdbSync) => Promise<T>,
): Promise<T> {
  const scope = new ScopedTransport(transport);
  const done = new Adb(scope).sync().then(work);
  try {
    return await (signal === undefined ? done : untilAborted(done, signal));
  } finally {
    // Not awaited: the device may never take the CLSE, and the result is here.
    void scope.close();
  }
}

/** `DeviceLink.push`. */
export async function pushFile(
  transport: AdbTransport,
  path: string,
  file: ReadableStream<Uint8Array>,
  { signal, onProgress }: TransferHooks = {},
): Promise<void> {
  // Tango waits for the device's answer whatever becomes of the source: that it failed must be told to us.
  const broken = Promise.withResolvers<never>();
  const source = watched(file, onProgress, broken.reject);
  const pushing = withSync(transport, signal, (sync) =>
    Promise.race([sync.write({ filename: path, file: source }), broken.promise]),
  );
  await pushing.catch((error: unknown) => {
    throw nameOf(`pushing ${path}`, error, signal);
  });
}

/** The same bytes, with a word for each part that is taken, and one when there are no more because of an error. */
function watched(
  file: ReadableStream<Uint8Array>,
  onProgress: ((bytes: number) => void) | undefined,
  onError: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = file.getReader();
  let bytes = 0;
  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const part = await reader.read();
    if (part.done) {
      controller.close();
      return;
    }
    controller.enqueue(part.value);
    bytes += part.value.length;
    onProgress?.(bytes);
  }
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) =>
        pull(controller).catch((error: unknown) => {
          onError(error);
          throw error;
        }),
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** `DeviceLink.pull`. */
export async function pullFile(
  transport: AdbTransport,
  path: string,
  take: (part: Uint8Array) => void,
  { signal, onProgress }: TransferHooks = {},
): Promise<void> {
  const pulling = withSync(transport, signal, async (sync) => {
    const reader = sync.read(path).getReader();
    let bytes = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (signal?.aborted === true) return;
      take(part.value);
      bytes += part.value.length;
      onProgress?.(bytes);
    }
  });
  await pulling.catch((error: unknown) => {
    throw nameOf(`pulling ${path}`, error, signal);
  });
}

/** Bytes; undefined when there is no such file. */
export function sizeOfFile(transport: AdbTransport, path: string): Promise<bigint | undefined> {
  return withSync(transport, undefined, (sync) =>
    sync.lstat(path).then(
      ({ size }) => size,
      () => undefined,
    ),
  );
}

/** What the device says names no file. That it was given up is said as it is. */
function nameOf(what: string, error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return error;
  return new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
