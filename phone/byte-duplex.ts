/**
 * One open connection inside the phone. Reading and writing are held back by the ADB windows of the other end;
 * `readable` ends when the other end closes, and writing then rejects with a `ConnectionClosedError`. Closing the
 * writer sends what is left and then ends both ways; `close` ends both ways at once and is idempotent.
 */
export interface ByteDuplex {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
  close(): void;
}

/** The other end is gone: expected at any time, and never a bug. */
export class ConnectionClosedError extends Error {
  override name = "ConnectionClosedError";
  constructor(message = "the other end closed the connection") {
    super(message);
  }
}
