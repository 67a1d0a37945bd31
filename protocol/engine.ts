import type { DeviceState } from "./device-state.ts";
import type { Fault } from "./fault.ts";
import type { Size } from "./fields.ts";

/** The messages between a worker's page and its engine thread. Both are one build, so nothing is parsed. */

export type EngineRequest =
  /** Starts everything. `keyName` is what Android shows in "Allow USB debugging?". */
  | { type: "start"; relayUrl: string; token: string; pcId: string; keyName: string }
  /** The picker granted a device, or a person pressed "try again": look at every granted device now. */
  | { type: "claim"; serialNumber?: string }
  /** Lets go of every device and closes the relay connection; the last report follows. */
  | { type: "stop" };

/** Sent on every change, at most four times a second, and once a second for the throughput. */
export interface EngineReport {
  type: "report";
  relay: RelayLinkState;
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

export interface DeviceReport {
  serialNumber: string;
  deviceId: string;
  /** What USB says, known before the device lets us in. */
  productName: string;
  manufacturerName: string;
  state: DeviceState;
  /** Absent while nobody watches. */
  stream?: StreamReport;
}

export interface StreamReport {
  /** The JPEG's size. */
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
