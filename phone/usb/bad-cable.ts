import type { Faults } from "../faults.ts";
import { cancelled, gone, type Transfer, type TransferEnd } from "./transfer.ts";

/** Carries transfers over one cable; `bytesOut` are those that the computer sends with it. */
export type Carry = (transfer: Transfer, bytesOut?: number) => Transfer;

/** A cable that is slow, or that falls out in the middle, when `faults` say so. */
export function makeBadCable(faults: Faults, fallOut: () => void): Carry {
  /** When the cable is free again, in ms of `performance.now()`. */
  let freeAtMs = 0;
  /** What is on its way, in order. */
  let line: Promise<void> | undefined;
  let counting: object | undefined;
  let carried = 0;

  function isOut(bytes: number): boolean {
    const fault = faults.find("unplug-after");
    if (fault !== counting) carried = 0;
    counting = fault;
    carried += bytes;
    return fault !== undefined && carried > fault.bytes;
  }

  /** Takes the time that so many bytes need, behind all that went before. */
  async function travel(bytes: number): Promise<void> {
    const bytesPerSecond = faults.find("slow")?.bytesPerSecond ?? Infinity;
    if (line === undefined && bytesPerSecond === Infinity) return;
    freeAtMs = Math.max(performance.now(), freeAtMs) + (bytes / bytesPerSecond) * 1000;
    const arrivesAtMs = freeAtMs;
    const before = line;
    const mine = (async () => {
      await before;
      const waitMs = arrivesAtMs - performance.now();
      // Timers are whole milliseconds; what is lost is made up for by the next transfer.
      if (waitMs >= 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
    })();
    line = mine;
    await mine;
    if (line === mine) line = undefined;
  }

  async function arrive(end: TransferEnd, bytesOut: number): Promise<TransferEnd> {
    if (!end.ok) return end;
    const bytes = bytesOut + (end.bytes?.byteLength ?? 0);
    if (isOut(bytes)) {
      faults.end("unplug-after");
      fallOut();
      return gone;
    }
    await travel(bytes);
    return end;
  }

  return (transfer, bytesOut = 0) => {
    const { promise: taken, resolve } = Promise.withResolvers<TransferEnd>();
    const arrived = transfer.done.then((end) => arrive(end, bytesOut));
    return {
      done: Promise.race([arrived, taken]),
      cancel() {
        transfer.cancel();
        // It may have left the endpoint and still be on its way.
        resolve(cancelled);
      },
    };
  };
}
