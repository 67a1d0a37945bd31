/**
 * One open connection inside the phone. Reading and writing are held back by the ADB windows of the other end;
 * `readable` ends when the other end closes, a write after that rejects. `close` is idempotent and ends both ways.
 */
export interface ByteDuplex {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
  close(): void;
}
