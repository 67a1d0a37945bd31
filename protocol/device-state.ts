import * as v from "valibot";
import { longText, type Size } from "./fields.ts";

export const deviceStateKind = v.picklist(["unclaimed", "claiming", "authorizing", "ready", "busy", "lost"]);

/** Closed list: whoever adds a code adds its words in the page. */
export const problemCode = v.picklist([
  "IN_USE",
  "ACCESS_DENIED",
  "AUTH_PENDING",
  "AUTH_REFUSED",
  "ADB_TIMEOUT",
  "ADB_PROTOCOL",
  "USB_ERROR",
  "NEEDS_PERSON",
  "BOOTING",
  "REBOOTED",
  "UNPLUGGED",
  "SLOW",
  "NOT_ANDROID",
  "SCREEN_FAILED",
]);
export type ProblemCode = v.InferOutput<typeof problemCode>;

/** What is wrong with a device, for a person: the page turns the code into words and what to do. */
export const problem = v.object({
  code: problemCode,
  /** What the failing layer said, for the curious. */
  detail: v.optional(longText),
});
export type Problem = v.InferOutput<typeof problem>;

/** Read from the Android of a device once it let us in. */
export interface DeviceIdentity {
  manufacturer: string;
  model: string;
  androidVersion: string;
  /** The display as built, in pixels. */
  screen: Size;
}

/** What is tried with a device that stopped answering, in this order. */
export const recoveryRungs = ["reclaim", "usb-reset", "restart", "reboot", "person"] as const;
export type RecoveryRung = (typeof recoveryRungs)[number];

/** A device in the engine. Each state has only what is true in it. Times are Unix milliseconds. */
export type DeviceState =
  /** `rung`: what is tried at `retryAtMs`, of a device that stopped answering. */
  | { kind: "unclaimed"; problem?: Problem; retryAtMs?: number; rung?: RecoveryRung }
  /** `rung`: what is being tried against `problem`. */
  | { kind: "claiming"; sinceMs: number; problem?: Problem; rung?: RecoveryRung }
  | { kind: "authorizing"; sinceMs: number; problem?: Problem }
  | ({ kind: "ready" } & Held)
  | ({ kind: "busy"; commandId: string } & Held)
  | { kind: "lost"; sinceMs: number; problem: Problem };

interface Held {
  sinceMs: number;
  /** Absent where no Android is behind ADB: only `shell` works there. */
  identity?: DeviceIdentity;
  /** Percent; absent until first read. */
  batteryLevel?: number;
  /** What works less well than it should, the worst first, e.g. the screen cannot be mirrored. */
  problems: readonly Problem[];
}
