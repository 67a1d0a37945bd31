import type { HealthStatus } from "../../protocol/device.ts";

/** How long ago a worker last spoke. */
export type Freshness = "fresh" | "late" | "silent";

const lateAfterMs = 15_000;
const silentAfterMs = 60_000;

export function freshnessOf(silenceMs: number): Freshness {
  if (silenceMs <= lateAfterMs) return "fresh";
  return silenceMs < silentAfterMs ? "late" : "silent";
}

export function healthOf(freshness: Freshness, isAdbConnected: boolean): HealthStatus {
  if (freshness === "silent") return "offline";
  return freshness === "fresh" && isAdbConnected ? "healthy" : "zombie";
}
