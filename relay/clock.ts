/** Time as the relay sees it, passed in so that tests turn it by hand. All times are Unix milliseconds. */
export interface Clock {
  now(): number;
  /** Calls back once after `delayMs`; the returned function cancels it. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Unix milliseconds with a fraction, for the times of pictures alone: it runs evenly, and drifts from the calendar's.
 */
export function preciseNowMs(): number {
  return originMs + performance.now();
}
const originMs = performance.timeOrigin;

export function isoTimeOf(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
