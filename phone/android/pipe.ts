import { ConnectionClosedError } from "../byte-duplex.ts";
import type { Input, Output } from "./process.ts";

/** The `|` between two commands: the writer waits for the reader, and learns when the reader has gone. */
export interface Pipe {
  output: Output;
  input: Input;
  /** The writer is done: the reader gets what is left, then the end. */
  endWriting: () => void;
  /** The reader is done: writing rejects, as SIGPIPE would kill. */
  endReading: () => void;
}

export function makePipe(): Pipe {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const reader = readable.getReader();
  const writer = writable.getWriter();
  return {
    async output(bytes) {
      await writer.write(bytes).catch(() => {
        throw new ConnectionClosedError("broken pipe");
      });
    },
    input: {
      async read() {
        const { done, value } = await reader.read();
        return done ? undefined : value;
      },
    },
    // Both reject when the other side ended first; that is no news.
    endWriting: () => void writer.close().catch(() => undefined),
    endReading: () => void reader.cancel().catch(() => undefined),
  };
}
