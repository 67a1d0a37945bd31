import type { DeviceState, RecoveryRung } from "./device-state.ts";
import type { Fault } from "./fault.ts";
import type { Size } from "./fields.ts";
import type { StreamQuality, StreamStatus } from "./stream.ts";

/** The messages between a worker's page and its engine thread. Both are one build, so nothing is parsed. */

export type EngineRequest =
  /** Starts everything. `keyName` is what Android shows in "Allow USB debugging?". */
  | {
      type: "start";
      relayUrl: string;
      token: string;
      pcId: string;
      keyName: string;
      /** A phone that nothing else brings back may be rebooted. */
      mayReboot: boolean;
    }
  /** A person changed what "start" said of it. */
  | { type: "may-reboot"; mayReboot: boolean }
  /** The picker granted a device, or a person pressed "try again": look at every granted device now. */
  | { type: "claim"; serialNumber?: string }
  /** A person wants this tab to be the worker of this PC instead of the one that the relay has; once, not for ever. */
  | { type: "take-over" }
  /** Lets go of every device and closes the relay connection; the last report follows. */
  | { type: "stop" };

/** Sent on every change, at most four times a second, and once a second for the throughput. */
export interface EngineReport {
  type: "report";
  relay: RelayLinkState;
  /** While the relay is away and this PC reports through Supabase. */
  fallback?: FallbackReport;
  devices: DeviceReport[];
  throughput: Throughput;
  /** `navigator.usb` is missing: not Chrome, or neither https nor localhost. */
  isUsbMissing: boolean;
}

export type RelayLinkState =
  | { kind: "connecting"; sinceMs: number; attempt: number }
  | { kind: "connected"; sinceMs: number }
  /** The relay said no; trying again without a change is useless. */
  | { kind: "refused"; fault: Fault }
  /** Another tab of this browser is the worker of this PC. */
  | { kind: "elsewhere"; pcId: string }
  | { kind: "stopped" };

/** How this PC's devices are reported while the relay is away. */
export type FallbackReport =
  | { kind: "reporting"; sinceMs: number }
  /** It is tried again. */
  | { kind: "failing"; sinceMs: number; reason: string };

export interface DeviceReport {
  serialNumber: string;
  deviceId: string;
  /** What USB says, known before the device lets us in. */
  productName: string;
  manufacturerName: string;
  state: DeviceState;
  recovery: RecoveryReport;
  /** Absent while nobody watches. */
  stream?: StreamReport;
}

/** What was done to get a device back that had stopped answering, since the engine's thread started. */
export interface RecoveryReport {
  /** How often each rung was taken. */
  taken: Partial<Record<RecoveryRung, number>>;
  /** Why a rung could not be taken this time; forgotten when the device is back for good. */
  skipped: Partial<Record<RecoveryRung, string>>;
  /** When it last was back, Unix milliseconds. */
  recoveredAtMs?: number;
}

/** What is sent of a device that is watched. */
export interface StreamReport {
  /** Nothing yet when it is empty. */
  sent: SentReport[];
  /** Less than was asked for, and what there is too little of. */
  reduced?: StreamStatus["reduced"];
}

/** One JPEG layer, or the phone's own video. */
export interface SentReport {
  what: StreamQuality | "video";
  size: Size;
  framesPerSecond: number;
  bytesPerSecond: number;
}

export interface Throughput {
  framesPerSecond: number;
  bytesPerSecond: number;
  /** Commands ended since the start. */
  commandsCompleted: number;
  commandsFailed: number;
}
