import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import type { Clock } from "../clock.ts";
import type { Wire } from "../wire.ts";

type SeatNamespace = "/worker" | "/stream";

/** How long a seated worker has to show that it is still there before a newcomer gets its seat. */
export const seatProbeMs = 2000;

/** One seat for each `pc_id` on `/worker` and on `/stream`. */
export interface WorkerSeats {
  find(namespace: SeatNamespace, pcId: string): Wire | undefined;
  /**
   * Is the seat free? A taken one is asked for a sign of life first: after a pulled network cable the old connection
   * still looks alive for half a minute, and the same PC must not be locked out by its own ghost.
   */
  check(namespace: SeatNamespace, pcId: string): Promise<Result<void>>;
  /** Seats the wire until it closes; false when somebody else sits there. */
  take(namespace: SeatNamespace, pcId: string, wire: Wire): boolean;
}

export function makeWorkerSeats(clock: Clock): WorkerSeats {
  const seats = new Map<string, Wire>();

  return {
    find: (namespace, pcId) => seats.get(keyOf(namespace, pcId)),
    async check(namespace, pcId) {
      const key = keyOf(namespace, pcId);
      const seated = seats.get(key);
      if (seated === undefined) return succeed(undefined);
      await answersWithin(clock, seated, seatProbeMs);
      return seats.has(key) ? seatTaken(pcId) : succeed(undefined);
    },
    take(namespace, pcId, wire) {
      const key = keyOf(namespace, pcId);
      if (seats.has(key)) return false;
      seats.set(key, wire);
      wire.onClose(() => seats.delete(key));
      return true;
    },
  };
}

function keyOf(namespace: SeatNamespace, pcId: string): string {
  return `${namespace} ${pcId}`;
}

export function seatTaken(pcId: string): { ok: false; fault: Fault } {
  return fail(
    "FORBIDDEN",
    `${pcId} has a worker already; close its other tab or give this one another pc_id`,
  );
}

/** Waits for the wire's sign of life and closes the wire when there is none. */
async function answersWithin(clock: Clock, wire: Wire, limitMs: number): Promise<void> {
  const cancel = clock.setTimer(limitMs, () => wire.close());
  await wire.caughtUp();
  cancel();
}
