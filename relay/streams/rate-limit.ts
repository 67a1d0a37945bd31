/** A share of the interval by which a frame may come early, so that a sender's jitter costs neither frames nor time. */
const tolerance = 0.25;

/** Keeps to a rate in the long run, whatever the rhythm of what comes in. */
export interface RateLimit {
  /** When the next one may go out, in Unix milliseconds. */
  readyAtMs(): number;
  used(nowMs: number): void;
}

export function makeRateLimit(perSecond: number, lastMs = Number.NEGATIVE_INFINITY): RateLimit {
  const intervalMs = 1000 / perSecond;
  let dueMs = lastMs + intervalMs;
  return {
    readyAtMs: () => dueMs - tolerance * intervalMs,
    used(nowMs) {
      dueMs = Math.max(dueMs, nowMs) + intervalMs;
    },
  };
}
