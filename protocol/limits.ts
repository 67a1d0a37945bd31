import { mostPacketBytes } from "./media-packet.ts";
import type { Rate } from "./token-bucket.ts";

/**
 * Of one worker. The document's rate, and a minute of it at once: changes of devices are told when they come, and so is
 * who is there after a reconnection.
 */
export const heartbeatRate: Rate = { perSecond: 1 / 3, burst: 20 };
/** To one device, whoever sends them. */
export const commandRate: Rate = { perSecond: 10, burst: 10 };
/** Of one device in one size. A hundredth more than the document's 5, because no two clocks run alike. */
export const frameRate: Rate = { perSecond: 5.05, burst: 5 };
/** Packets of one device's video, marks included: its 60 a second and some more. */
export const videoRate: Rate = { perSecond: 70, burst: 70 };
/** Pieces of one device's sound. */
export const soundRate: Rate = { perSecond: 200, burst: 200 };
/** Bytes of both. */
export const mediaByteRate: Rate = { perSecond: 4_000_000, burst: 8_000_000 };
/** Control messages to one device, whoever sends them. */
export const controlRate: Rate = { perSecond: 240, burst: 240 };

/** How many events these count as: the answer may be the whole farm, or take a search through the trail. */
const costs: Record<string, number> = { "device:list": 100, "group:list": 100, "audit:query": 10 };

export function costOf(event: string): number {
  return (Object.hasOwn(costs, event) ? costs[event] : undefined) ?? 1;
}

const kilobyte = 1024;

/** The most bytes of an event's payload, about as its sender counts them; what is not here may have 64 kB. */
const mostBytesOf: Record<string, number> = {
  "worker:heartbeat": 256 * kilobyte,
  // A screenshot.
  "command:ack": 16_000 * kilobyte,
  // Ten thousand device ids.
  "command:send": 512 * kilobyte,
  "group:save": 512 * kilobyte,
  "job:create": 1024 * kilobyte,
  "stream:frame": 2700 * kilobyte,
  "stream:packet": mostPacketBytes,
  "control:clipboard": 800 * kilobyte,
  "control:input": 260 * kilobyte,
};

export function mostPayloadBytes(event: string): number {
  return (Object.hasOwn(mostBytesOf, event) ? mostBytesOf[event] : undefined) ?? 64 * kilobyte;
}
