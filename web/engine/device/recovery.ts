import type { RecoveryRung } from "../../../protocol/device-state.ts";
import type { RecoveryReport } from "../../../protocol/engine.ts";
import { ground, nextRung, type Ladder, type Rung } from "./recovery-ladder.ts";

/** A phone that reboots for ever helps nobody. */
const rebootAgainMs = 1_800_000;
/** A device that is let in may still hang in its next breath: only one that answers after this long is well. */
const stableMs = 10_000;
/** A phone that leaves USB so soon after a reset was sent away by it, not pulled by a person. */
const resetReplugMs = 10_000;
/** How long a rebooted phone may be away before it counts as unplugged. */
const rebootAwayMs = 180_000;

/** How one device is got back, and what that took. It outlives cables: a reset or a reboot may look like a pulled one. */
export interface Recovery {
  ladder(): Ladder;
  /** Goes to the next rung after a failure, past one that cannot be taken. */
  climb(): Rung;
  /** Counts a reset or a reboot that was done; the other rungs are counted by `climb`. */
  took(rung: "usb-reset" | "reboot"): void;
  skip(rung: RecoveryRung, why: string): void;
  /** The device lets us in. */
  admitted(): void;
  /** The device answered; when it has long enough, all is well again. */
  answered(): void;
  /** Begins on the ground: a person did something about it. */
  restart(): void;
  plugged(): void;
  /** Away because we rebooted it. */
  isRebooting(): boolean;
  report(): RecoveryReport;
}

export function makeRecovery(mayReboot: () => boolean): Recovery {
  let ladder: Ladder = ground;
  let admittedMs = 0;
  let recoveredAtMs: number | undefined;
  const taken: RecoveryReport["taken"] = {};
  let skipped: RecoveryReport["skipped"] = {};
  const takenMs = new Map<RecoveryRung, number>();

  function sinceMs(rung: RecoveryRung): number {
    return performance.now() - (takenMs.get(rung) ?? Number.NEGATIVE_INFINITY);
  }

  function whyNoReboot(): string | undefined {
    if (!mayReboot()) return "not allowed on this PC";
    return sinceMs("reboot") < rebootAgainMs ? "done less than 30 min ago" : undefined;
  }

  function toGround(): void {
    ladder = ground;
    skipped = {};
  }

  function skip(rung: RecoveryRung, why: string): void {
    skipped = { ...skipped, [rung]: why };
  }

  function count(rung: RecoveryRung): void {
    taken[rung] = (taken[rung] ?? 0) + 1;
    takenMs.set(rung, performance.now());
  }

  return {
    ladder: () => ladder,
    climb: () => {
      let rung = nextRung(ladder);
      const why = rung.at === "reboot" ? whyNoReboot() : undefined;
      if (why !== undefined) {
        skip("reboot", why);
        rung = nextRung(rung);
      }
      if (rung.at === "reclaim" || rung.at === "restart" || (rung.at === "person" && rung.tries === 1)) {
        count(rung.at);
      }
      ladder = rung;
      return rung;
    },
    took: count,
    skip,
    admitted: () => {
      admittedMs = performance.now();
      if (ladder.at !== "ground") recoveredAtMs = Date.now();
    },
    answered: () => {
      if (performance.now() - admittedMs >= stableMs) toGround();
    },
    restart: toGround,
    plugged: () => {
      if (sinceMs("usb-reset") > resetReplugMs) toGround();
    },
    isRebooting: () => skipped.reboot === undefined && sinceMs("reboot") < rebootAwayMs,
    report: () => ({
      taken: { ...taken },
      skipped: { ...skipped },
      ...(recoveredAtMs !== undefined && { recoveredAtMs }),
    }),
  };
}
