/** Eight to an octave: a quantile is at most 9 % too great. */
const bucketsPerOctave = 8;
const leastMs = 0.01;
/** Up to ten minutes. */
const buckets = bucketsPerOctave * 26;

/** Durations since the last `reset`, in so little that each costs next to nothing. */
export interface Quantiles {
  add(durationMs: number): void;
  /** The duration in ms that this share stayed below; undefined when there was none. */
  quantile(share: number): number | undefined;
  reset(): void;
}

export function makeQuantiles(): Quantiles {
  const counts = new Uint32Array(buckets);
  let total = 0;

  return {
    add(durationMs) {
      const at = Math.floor(Math.log2(durationMs / leastMs) * bucketsPerOctave) + 1;
      // Clocks that were estimated may say that something took less than no time.
      const bucket = at > 0 ? Math.min(at, buckets - 1) : 0;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      total += 1;
    },
    quantile(share) {
      let left = share * total;
      for (const [bucket, count] of counts.entries()) {
        left -= count;
        if (count > 0 && left <= 0) return leastMs * 2 ** (bucket / bucketsPerOctave);
      }
      return undefined;
    },
    reset() {
      counts.fill(0);
      total = 0;
    },
  };
}
