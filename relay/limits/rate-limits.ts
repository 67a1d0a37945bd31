import { fail, type Fault } from "../../protocol/fault.ts";
import { makeTokenBucket, type Rate, type TokenBucket } from "../../protocol/token-bucket.ts";
import type { Clock } from "../clock.ts";

/** Below this many buckets none is looked at to be forgotten. */
const fewBuckets = 1000;

/** One rate for each of many: devices, workers. Only those are remembered that used it lately. */
export interface RateLimits {
  /** Counts `count`, or says why not. */
  refusal(key: string, count?: number): Fault | undefined;
  size(): number;
}

/** `rule` is what a refusal says, e.g. "a device takes 10 commands a second". */
export function makeRateLimits(rate: Rate, rule: string, clock: Clock): RateLimits {
  const buckets = new Map<string, TokenBucket>();
  let sweepAt = fewBuckets;

  /** A full bucket is as good as none. Each sweep is paid for by as many new buckets as the last one left. */
  function sweep(nowMs: number): void {
    for (const [key, bucket] of buckets) if (bucket.isFull(nowMs)) buckets.delete(key);
    sweepAt = Math.max(fewBuckets, 2 * buckets.size);
  }

  return {
    refusal(key, count = 1) {
      const nowMs = clock.now();
      let bucket = buckets.get(key);
      if (bucket === undefined) {
        if (buckets.size >= sweepAt) sweep(nowMs);
        bucket = makeTokenBucket(rate);
        buckets.set(key, bucket);
      }
      if (bucket.take(nowMs, count)) return undefined;
      return fail("RATE_LIMITED", rule, { retry_after_ms: bucket.readyAtMs(nowMs, count) - nowMs }).fault;
    },
    size: () => buckets.size,
  };
}
