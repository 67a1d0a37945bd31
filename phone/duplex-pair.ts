import { type ByteDuplex, ConnectionClosedError } from "./byte-duplex.ts";

/** Bytes that may lie between the two ends before the writer waits; Linux's default for a local socket. */
const bufferBytes = 208 * 1024;

/** Two ends of one connection in memory, as `socketpair`. */
export function makeDuplexPair(): [ByteDuplex, ByteDuplex] {
  function close(): void {
    there.end();
    back.end();
  }
  const there = makePipe(close);
  const back = makePipe(close);
  return [
    { readable: back.readable, writable: there.writable, close },
    { readable: there.readable, writable: back.writable, close },
  ];
}

interface Pipe {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
  /** What was taken can still be read. Idempotent. */
  end(): void;
}

/** No `TransformStream`: Node 24 throws out of one that is ended and then cancelled, where nobody can catch it. */
function makePipe(onEnd: () => void): Pipe {
  let reading: ReadableStreamDefaultController<Uint8Array>;
  let writing: WritableStreamDefaultController;
  let wake: (() => void) | undefined;
  let isEnded = false;

  const isFull = (): boolean => !isEnded && (reading.desiredSize ?? 0) <= 0;

  function endWriting(): void {
    isEnded = true;
    writing.error(new ConnectionClosedError());
    wake?.();
  }

  const readable = new ReadableStream<Uint8Array>(
    {
      start: (controller) => void (reading = controller),
      pull: () => wake?.(),
      cancel() {
        endWriting();
        onEnd();
      },
    },
    { highWaterMark: bufferBytes, size: (chunk) => chunk.byteLength },
  );
  const writable = new WritableStream<Uint8Array>({
    start: (controller) => void (writing = controller),
    async write(chunk) {
      while (isFull()) await new Promise<void>((resolve) => (wake = resolve));
      if (isEnded) throw new ConnectionClosedError();
      reading.enqueue(chunk);
    },
    close: onEnd,
    abort: onEnd,
  });
  return {
    readable,
    writable,
    end() {
      if (isEnded) return;
      endWriting();
      reading.close();
    },
  };
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
