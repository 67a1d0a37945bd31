import type { Metrics } from "../metrics/metrics.ts";

/** For tests that count nothing. */
export const noMetrics: Metrics = {
  frameIn() {},
  frameOut() {},
  frameDropped() {},
  commandEnded() {},
  eventRefused() {},
  connectionRefused() {},
};
