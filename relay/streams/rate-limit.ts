/** How early a frame may come, as a share of the interval, so that a sender's jitter costs nothing. */
const earliness = 0.5;
/** How long a frame that came too early waits for its successor: a little more than the interval, for the same jitter. */
const patience = 1.25;

/**
 * Keeps to a rate in the long run, whatever the rhythm of what comes in, by passing frames over rather than by delaying
 * them: a frame that comes too early waits for its successor, which then goes the moment it comes. Were it sent at the
 * first moment allowed instead, a sender only a little too fast would have every frame wait, each longer than the last.
 */
export interface RateLimit {
  /** When a frame that came at `arrivedMs` may go out if no newer one comes: at once, or about an interval later. Unix ms. */
  readyAtMs(arrivedMs: number): number;
  used(nowMs: number): void;
}

export function makeRateLimit(perSecond: number, lastMs = Number.NEGATIVE_INFINITY): RateLimit {
  const intervalMs = 1000 / perSecond;
  let dueMs = lastMs + intervalMs;
  return {
    readyAtMs: (arrivedMs) =>
      arrivedMs >= dueMs - earliness * intervalMs ? arrivedMs : arrivedMs + patience * intervalMs,
    used(nowMs) {
      dueMs = Math.max(dueMs, nowMs) + intervalMs;
    },
  };
}
