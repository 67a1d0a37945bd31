/**
 * The way of a picture: `phone` is encoder and cable, `engine` from there to the sending (the JPEG, if it is one),
 * `uplink` to the relay, `relay` inside it, `downlink` to the dashboard, then `decode` and `paint`.
 */
export const latencyHops = [
  "phone",
  "engine",
  "uplink",
  "relay",
  "downlink",
  "decode",
  "paint",
  "total",
] as const;
export type LatencyHop = (typeof latencyHops)[number];

/** Milliseconds. */
export type HopTimes = Record<LatencyHop, number>;

/** How long the pictures of the last seconds took. */
export interface LatencyFigures {
  encoding: "jpeg" | "h264";
  pictures: number;
  hops: Record<LatencyHop, { p50: number; p95: number }>;
}
