import type { UsbReply } from "./usb-message.ts";

/** A bulk OUT endpoint: the computer's transfers wait for the phone to read them. */
export interface OutEndpoint {
  /** Settles when the phone took the transfer (back-pressure). */
  write(bytes: Uint8Array): Promise<UsbReply>;
  /** Next transfer, whole; undefined once cleared. */
  read(): Promise<Uint8Array | undefined>;
  /** Forgets waiting transfers, ending them with `reply`, and answers a waiting read with undefined. */
  clear(reply: UsbReply): void;
}

export function makeOutEndpoint(): OutEndpoint {
  let transfers: { bytes: Uint8Array; resolve(reply: UsbReply): void }[] = [];
  let reading: ((bytes: Uint8Array | undefined) => void) | undefined;

  function move(): void {
    if (!reading) return;
    const transfer = transfers.shift();
    if (!transfer) return;
    const resolve = reading;
    reading = undefined;
    resolve(transfer.bytes);
    transfer.resolve({ ok: true, status: "ok" });
  }

  return {
    async write(bytes) {
      const taken = new Promise<UsbReply>((resolve) => transfers.push({ bytes, resolve }));
      move();
      return await taken;
    },
    async read() {
      const bytes = new Promise<Uint8Array | undefined>((resolve) => (reading = resolve));
      move();
      return await bytes;
    },
    clear(reply) {
      const ended = transfers;
      transfers = [];
      for (const transfer of ended) transfer.resolve(reply);
      const resolve = reading;
      reading = undefined;
      resolve?.(undefined);
    },
  };
}
