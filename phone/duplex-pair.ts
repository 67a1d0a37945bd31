import type { ByteDuplex } from "./byte-duplex.ts";

/** Bytes that may lie between the two ends before the writer waits; Linux's default for a local socket. */
const bufferBytes = 208 * 1024;

/** Two ends of one connection in memory, as `socketpair`. */
export function makeDuplexPair(): [ByteDuplex, ByteDuplex] {
  const controllers: TransformStreamDefaultController<Uint8Array>[] = [];
  function close(): void {
    for (const controller of controllers) controller.terminate();
  }
  const makePipe = () =>
    new TransformStream<Uint8Array, Uint8Array>(
      { start: (controller) => void controllers.push(controller), flush: close },
      undefined,
      { highWaterMark: bufferBytes, size: (chunk) => chunk.byteLength },
    );
  const there = makePipe();
  const back = makePipe();
  return [
    { readable: back.readable, writable: there.writable, close },
    { readable: there.readable, writable: back.writable, close },
  ];
}

/** Moves bytes both ways until either end closes, then closes both. */
export async function joinDuplexes(a: ByteDuplex, b: ByteDuplex): Promise<void> {
  await Promise.race([
    a.readable.pipeTo(b.writable).catch(() => undefined),
    b.readable.pipeTo(a.writable).catch(() => undefined),
  ]);
  a.close();
  b.close();
}
