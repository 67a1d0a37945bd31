import type { DeviceStatusUpdate } from "../../protocol/device.ts";
import type { FaultCode } from "../../protocol/fault.ts";
import type { MediaKind } from "../../protocol/media-packet.ts";
import type { OutboxLag } from "../supabase/outbox.ts";

/**
 * The way of a picture, in its order: the display to the engine, the engine, the way to the relay, the relay, the way to the
 * page, decoding, painting; and all of it.
 */
export const hops = ["capture", "engine", "uplink", "relay", "downlink", "decode", "paint", "total"] as const;
export type Hop = (typeof hops)[number];
export const hopEncodings = ["jpeg", "h264"] as const;
export type HopEncoding = (typeof hopEncodings)[number];

/** What features tell as it happens. Each is a few additions: cheap enough for every picture. */
export interface Metrics {
  /** A `stream:frame` is a JPEG like another. */
  packetIn(kind: MediaKind, bytes: number): void;
  packetOut(kind: MediaKind, bytes: number): void;
  /** It did not go to a viewer: a newer one took its place, or the viewer is too slow. */
  packetDropped(kind: MediaKind): void;
  hop(hop: Hop, encoding: HopEncoding, durationMs: number): void;
  /** One target of a command, from its acceptance to its end. */
  commandEnded(outcome: "completed" | "failed", durationMs: number): void;
  eventRefused(code: FaultCode): void;
  connectionRefused(code: FaultCode): void;
}

/** What is counted only when somebody asks. */
export interface FarmCensus {
  /** What of the trail is not in Supabase; absent where it is kept here alone. */
  auditLag: OutboxLag | undefined;
  /** Devices whose status is not in Supabase yet; absent where there is none. */
  devicesUnmirrored: number | undefined;
  devices: Pick<DeviceStatusUpdate, "status" | "health_status">[];
  streamsWatched: number;
  /** What is kept of streams for viewers that come late. */
  streamsCachedBytes: number;
  commandsPending: number;
}
