import { cancelled, type Transfer, type TransferEnd } from "./transfer.ts";

/** A bulk OUT endpoint: the computer's transfers wait for the phone to read them. */
export interface OutEndpoint {
  /** Ends when the phone took the transfer (back-pressure). */
  write(bytes: Uint8Array): Transfer;
  /** Next transfer, whole; undefined once cleared. */
  read(): Promise<Uint8Array | undefined>;
  /** Forgets waiting transfers, ending them with `end`, and answers a waiting read with undefined. */
  clear(end: TransferEnd): void;
  /** While held nothing moves: both ends wait. */
  hold(isHeld: boolean): void;
}

interface Waiting {
  bytes: Uint8Array;
  resolve(end: TransferEnd): void;
}

export function makeOutEndpoint(): OutEndpoint {
  let transfers: Waiting[] = [];
  let reading: ((bytes: Uint8Array | undefined) => void) | undefined;
  let isHeld = false;

  function move(): void {
    if (!reading || isHeld) return;
    const transfer = transfers.shift();
    if (!transfer) return;
    const resolve = reading;
    reading = undefined;
    resolve(transfer.bytes);
    transfer.resolve({ ok: true, status: "ok" });
  }

  return {
    write(bytes) {
      const { promise, resolve } = Promise.withResolvers<TransferEnd>();
      const waiting: Waiting = { bytes, resolve };
      transfers.push(waiting);
      move();
      return {
        done: promise,
        cancel() {
          transfers = transfers.filter((each) => each !== waiting);
          resolve(cancelled);
        },
      };
    },
    async read() {
      const bytes = new Promise<Uint8Array | undefined>((resolve) => (reading = resolve));
      move();
      return await bytes;
    },
    clear(end) {
      const ended = transfers;
      transfers = [];
      for (const transfer of ended) transfer.resolve(end);
      const resolve = reading;
      reading = undefined;
      resolve?.(undefined);
    },
    hold(value) {
      isHeld = value;
      move();
    },
  };
}
