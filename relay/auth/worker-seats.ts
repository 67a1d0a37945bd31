import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import type { Clock } from "../clock.ts";
import type { Wire } from "../wire.ts";
import type { WorkerIdentity } from "./identity.ts";

const seatNamespaces = ["/worker", "/stream"] as const;
type SeatNamespace = (typeof seatNamespaces)[number];

/** How long a seated worker has to show that it is still there before a newcomer gets its seat. */
export const seatProbeMs = 2000;

/** One worker for each `pc_id`, with a seat on `/worker` and one on `/stream`. */
export interface WorkerSeats {
  find(namespace: SeatNamespace, pcId: string): Wire | undefined;
  /**
   * Is the seat free? A taken one is asked for a sign of life first: after a pulled network cable the old connection
   * still looks alive for half a minute, and the same PC must not be locked out by its own ghost.
   */
  check(namespace: SeatNamespace, newcomer: WorkerIdentity): Promise<Result<void>>;
  /** Seats the wire until it closes and says whom it sent away; a fault when somebody else stays. */
  take(namespace: SeatNamespace, wire: Wire, newcomer: WorkerIdentity): Result<{ dismissed: number }>;
}

interface Seated {
  wire: Wire;
  session: string | undefined;
}

export function makeWorkerSeats(clock: Clock): WorkerSeats {
  const seats = new Map<string, Seated>();

  /** The wires of another worker of this PC. */
  function others(namespace: SeatNamespace, { pcId, session, isTakingOver }: WorkerIdentity): Wire[] {
    const own = seats.get(keyOf(namespace, pcId));
    return seatNamespaces
      .map((each) => ({ each, seated: seats.get(keyOf(each, pcId)) }))
      .filter(({ each, seated }) => {
        if (seated === undefined) return false;
        if (session !== undefined && seated.session !== undefined) return seated.session !== session;
        // Without sessions nobody can tell whose the other seat is; it goes along when this one is taken.
        return each === namespace || (isTakingOver && own !== undefined);
      })
      .flatMap(({ seated }) => seated?.wire ?? []);
  }

  return {
    find: (namespace, pcId) => seats.get(keyOf(namespace, pcId))?.wire,
    async check(namespace, newcomer) {
      if (newcomer.isTakingOver) return succeed(undefined);
      await Promise.all(others(namespace, newcomer).map((wire) => answersWithin(clock, wire, seatProbeMs)));
      return others(namespace, newcomer).length > 0 ? seatTaken(newcomer.pcId) : succeed(undefined);
    },
    take(namespace, wire, newcomer) {
      const { pcId, session, isTakingOver } = newcomer;
      const rivals = others(namespace, newcomer);
      if (rivals.length > 0 && !isTakingOver) return seatTaken(pcId);
      for (const rival of rivals) {
        rival.emit("error", takenOver(pcId).fault);
        rival.close();
      }
      const key = keyOf(namespace, pcId);
      // Its own connection from before a cut, of which only the relay does not know yet that it is dead.
      seats.get(key)?.wire.close();
      seats.set(key, { wire, session });
      wire.onClose(() => {
        if (seats.get(key)?.wire === wire) seats.delete(key);
      });
      return succeed({ dismissed: rivals.length });
    },
  };
}

function keyOf(namespace: SeatNamespace, pcId: string): string {
  return `${namespace} ${pcId}`;
}

function seatTaken(pcId: string): { ok: false; fault: Fault } {
  return fail(
    "FORBIDDEN",
    `${pcId} has a worker already; close its other tab, take its place, or give this one another pc_id`,
  );
}

function takenOver(pcId: string): { ok: false; fault: Fault } {
  return fail("FORBIDDEN", `another tab took over ${pcId}`);
}

/** Waits for the wire's sign of life and closes the wire when there is none. */
async function answersWithin(clock: Clock, wire: Wire, limitMs: number): Promise<void> {
  const cancel = clock.setTimer(limitMs, () => wire.close());
  await wire.caughtUp();
  cancel();
}
