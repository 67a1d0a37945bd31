import type { Metrics } from "../metrics/metrics.ts";

/** For tests that count nothing. */
export const noMetrics: Metrics = {
  packetIn() {},
  packetOut() {},
  packetDropped() {},
  hop() {},
  commandEnded() {},
  eventRefused() {},
  connectionRefused() {},
};
