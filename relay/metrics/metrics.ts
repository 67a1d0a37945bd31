import type { DeviceStatusUpdate } from "../../protocol/device.ts";
import type { FaultCode } from "../../protocol/fault.ts";

/** What features tell as it happens. Each is a few additions: cheap enough for every frame. */
export interface Metrics {
  frameIn(bytes: number): void;
  frameOut(bytes: number): void;
  /** A newer frame took the place of one that had not gone out to its viewer yet. */
  frameDropped(): void;
  /** One target of a command, from its acceptance to its end. */
  commandEnded(outcome: "completed" | "failed", durationMs: number): void;
  eventRefused(code: FaultCode): void;
  connectionRefused(code: FaultCode): void;
}

/** What is counted only when somebody asks. */
export interface FarmCensus {
  devices: Pick<DeviceStatusUpdate, "status" | "health_status">[];
  streamsWatched: number;
  commandsPending: number;
}
