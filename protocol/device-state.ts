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
  "UNPLUGGED",
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

/** Read from the device once it let us in. */
export interface DeviceIdentity {
  manufacturer: string;
  model: string;
  androidVersion: string;
  /** The display as built, in pixels. */
  screen: Size;
}

/** A device in the engine. Each state has only what is true in it. Times are Unix milliseconds. */
export type DeviceState =
  | { kind: "unclaimed"; problem?: Problem; retryAtMs?: number }
  | { kind: "claiming"; sinceMs: number }
  | { kind: "authorizing"; sinceMs: number; problem?: Problem }
  | ({ kind: "ready" } & Held)
  | ({ kind: "busy"; commandId: string } & Held)
  | { kind: "lost"; sinceMs: number; problem: Problem };

interface Held {
  sinceMs: number;
  identity: DeviceIdentity;
  /** Percent; absent until first read. */
  batteryLevel?: number;
  /** Something works less well than it should, e.g. the screen cannot be mirrored. */
  problem?: Problem;
}
