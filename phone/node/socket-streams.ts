import type { Socket } from "node:net";

interface Streams {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
}

/** Bytes that may wait for a reader before the other end is held back. */
const readAheadBytes = 256 * 1024;

/** A socket as the platform's streams. Node's `Duplex.toWeb` copies everything that is read once more than needed. */
export function streamsOf(socket: Socket): Streams {
  let drained: (() => void) | undefined;
  socket.on("drain", () => drained?.());
  const onClose = (controller: { error(reason: Error): void }) =>
    void socket.once("close", () => {
      controller.error(new Error("the connection is closed"));
      drained?.();
    });
  return {
    readable: new ReadableStream(
      {
        start(controller) {
          socket.on("data", (bytes) => {
            controller.enqueue(bytes);
            if ((controller.desiredSize ?? 0) <= 0) socket.pause();
          });
          socket.once("end", () => controller.close());
          onClose(controller);
        },
        pull: () => void socket.resume(),
        cancel: () => void socket.destroy(),
      },
      { highWaterMark: readAheadBytes, size: ({ byteLength }) => byteLength },
    ),
    writable: new WritableStream({
      start: onClose,
      async write(bytes) {
        if (socket.write(bytes)) return;
        await new Promise<void>((resolve) => (drained = resolve));
      },
      close: () => void socket.end(),
      abort: () => void socket.destroy(),
    }),
  };
}
