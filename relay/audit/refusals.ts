import type { FaultCode } from "../../protocol/fault.ts";
import type { Clock } from "../clock.ts";
import type { Audit, Author } from "./audit.ts";

const windowMs = 60_000;
/** Kinds that are told apart within a minute. */
const mostKinds = 1000;

interface Refusal {
  event: string;
  code: FaultCode;
  deviceId?: string;
}

/**
 * Refusals in the trail, so that a flood of them cannot fill the disk: the first of a kind (who, which event, which code)
 * is a row at once, and those that follow within the minute are one row with their number.
 */
export interface Refusals {
  record(author: Author, refusal: Refusal): void;
  close(): void;
}

export function makeRefusals(audit: Audit, clock: Clock): Refusals {
  const kinds = new Map<string, { author: Author; refusal: Refusal; repeats: number }>();
  let cancelTimer: (() => void) | undefined;

  function write(author: Author, { event, code, deviceId }: Refusal, repeats: number): void {
    audit.record(author, {
      event,
      ...(deviceId === undefined ? {} : { deviceId }),
      outcome: code,
      ...(repeats === 0 ? {} : { details: { repeats } }),
    });
  }

  function endWindow(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    for (const { author, refusal, repeats } of kinds.values()) {
      if (repeats > 0) write(author, { event: refusal.event, code: refusal.code }, repeats);
    }
    kinds.clear();
  }

  return {
    record(author, refusal) {
      const named = JSON.stringify([author.actor, author.address, refusal.event, refusal.code]);
      const isFull = kinds.size >= mostKinds && !kinds.has(named);
      const key = isFull ? "others" : named;
      const known = kinds.get(key);
      if (known !== undefined) {
        known.repeats += 1;
        return;
      }
      const writer = isFull ? { actor: "many", address: "" } : author;
      kinds.set(key, { author: writer, refusal, repeats: 0 });
      write(writer, refusal, 0);
      cancelTimer ??= clock.setTimer(windowMs, endWindow);
    },
    close: endWindow,
  };
}
