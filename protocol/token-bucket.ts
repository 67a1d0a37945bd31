/** How often something may happen: `perSecond` in the long run, `burst` at once after a rest. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/** What is left of a rate. Pure: time is passed in, Unix milliseconds. */
export interface TokenBucket {
  /** Takes `count` tokens, or none and answers false. */
  take(nowMs: number, count?: number): boolean;
  /** When `count` tokens will be there if none are taken: now or later. */
  readyAtMs(nowMs: number, count: number): number;
  /** As good as a new one. */
  isFull(nowMs: number): boolean;
}

/** What adding up thirds may get wrong. */
const tolerance = 1e-6;

export function makeTokenBucket({ perSecond, burst }: Rate): TokenBucket {
  let tokens = burst;
  let filledAtMs = Number.NEGATIVE_INFINITY;

  function fill(nowMs: number): void {
    // A clock that was set back gives nothing and takes nothing.
    const restedMs = Math.max(0, nowMs - filledAtMs);
    tokens = Math.min(burst, tokens + (restedMs * perSecond) / 1000);
    filledAtMs = nowMs;
  }

  return {
    take(nowMs, count = 1) {
      fill(nowMs);
      if (tokens < count - tolerance) return false;
      tokens = Math.max(0, tokens - count);
      return true;
    },
    readyAtMs(nowMs, count) {
      fill(nowMs);
      return nowMs + Math.ceil((Math.max(0, count - tokens - tolerance) * 1000) / perSecond);
    },
    isFull(nowMs) {
      fill(nowMs);
      return tokens >= burst - tolerance;
    },
  };
}
