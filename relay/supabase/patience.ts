import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

const firstRetryMs = 1000;
const longestRetryMs = 60_000;
const reminderMs = 600_000;

export interface PatienceNeeds {
  clock: Clock;
  log: Log;
  /** 0 to 1, so that many relays that lost one place do not come back together. */
  random?: (() => number) | undefined;
  /** Said when it begins, with the reason, and every 10 minutes. */
  away: (reason: string) => string;
  /** Said when it is over. */
  back: () => string;
}

/** How a project that does not answer is waited for: ever longer, and with few words. */
export interface Patience {
  /** It failed again: how long to wait, milliseconds. */
  failed(reason: string): number;
  succeeded(): void;
}

export function makePatience({ clock, log, random = Math.random, away, back }: PatienceNeeds): Patience {
  let failures = 0;
  let remindAtMs = 0;
  return {
    failed(reason) {
      failures += 1;
      if (clock.now() >= remindAtMs) {
        log(away(reason));
        remindAtMs = clock.now() + reminderMs;
      }
      const longestMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
      return longestMs * (0.5 + random() / 2);
    },
    succeeded() {
      if (failures > 0) log(back());
      failures = 0;
      remindAtMs = 0;
    },
  };
}
