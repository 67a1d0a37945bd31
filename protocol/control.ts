import * as v from "valibot";
import type { Fault } from "./fault.ts";
import { bytes, serialNumber, uuid } from "./fields.ts";

export const mostControlBytes = 262_144;

/**
 * dashboard → relay: live control, for what is too fast to be commands. Again for an open session, it changes whether the
 * session is private. In a private one the trail keeps the length of what is typed and not the text.
 */
export const controlOpen = v.object({ device_id: uuid, is_private: v.optional(v.boolean(), false) });

export interface ControlOpened {
  /** Whether the device's worker serves it; else what is sent reaches no phone. */
  takes_control: boolean;
}

const controlMessages = v.pipe(
  bytes,
  v.check((messages) => messages.byteLength <= mostControlBytes, `must be at most ${mostControlBytes} bytes`),
);

/**
 * dashboard → relay: one or more whole scrcpy control messages. Positions are measured in whatever size each says, and
 * the worker scales them to the device's own.
 */
export const controlInput = v.object({
  device_id: uuid,
  messages: controlMessages,
  /** Group control: the same for these, each with a session of its own. */
  also: v.optional(v.pipe(v.array(uuid), v.maxLength(500))),
});

export interface ControlInputReply {
  /** With `also`: the devices that it did not reach, and why. */
  failed?: { device_id: string; fault: Fault }[];
}

export const controlClose = v.object({ device_id: uuid });

/** relay → worker: the same three. A worker has one session a device, whoever they are that share it. */
export const controlOpenDeliver = v.object({ device_id: uuid, serial_number: serialNumber });
export type ControlledDevice = v.InferOutput<typeof controlOpenDeliver>;
export const controlInputDeliver = v.object({
  device_id: uuid,
  serial_number: serialNumber,
  messages: controlMessages,
});
export type ControlInputDeliver = v.InferOutput<typeof controlInputDeliver>;

/** worker → relay → the dashboards that have a session with the device: its clipboard has changed. */
export const controlClipboard = v.object({
  device_id: uuid,
  text: v.pipe(v.string(), v.maxLength(mostControlBytes)),
});
export type ControlClipboard = v.InferOutput<typeof controlClipboard>;
