import type { Faults } from "../faults.ts";

/** What a packet's header and payload become on their way to the computer. */
export type Spoil = (header: Uint8Array, payload: Uint8Array) => [header: Uint8Array, payload: Uint8Array];

const lengthAt = 12;
const magicAt = 20;

/** Spoils the next packet, once for each fault. */
export function makeSpoil(faults: Faults): Spoil {
  return (header, payload) => {
    const spoilt = header.slice();
    const fields = new DataView(spoilt.buffer);
    if (faults.take("wrong-magic")) fields.setUint32(magicAt, ~fields.getUint32(magicAt, true), true);
    if (payload.byteLength < 2) return [spoilt, payload];
    const excess = faults.find("wrong-length");
    if (excess !== undefined) {
      faults.end("wrong-length");
      fields.setUint32(lengthAt, Math.max(0, payload.byteLength + excess.excessBytes), true);
    }
    // An odd number of bytes never fills its last USB packet, so the transfer ends there.
    if (faults.take("short-read")) return [spoilt, payload.subarray(0, (payload.byteLength >> 1) | 1)];
    return [spoilt, payload];
  };
}
