import { monitorEventLoopDelay } from "node:perf_hooks";

/** Each sample wakes the process. At 20 ms that was half of what an idle relay used. */
const resolutionMs = 100;

/** How late the event loop is. */
export interface EventLoopDelay {
  /** The delay in seconds that this share of the samples stayed below, since the last `reset`. */
  quantile(share: number): number;
  reset(): void;
  close(): void;
}

export function watchEventLoopDelay(): EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return {
    // Node records the time between two samples, so a loop that is never late reads as the resolution.
    quantile: (share) =>
      histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(share * 100) / 1e6 - resolutionMs) / 1000,
    reset: () => histogram.reset(),
    close: () => void histogram.disable(),
  };
}
