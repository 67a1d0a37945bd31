import * as v from "valibot";
import { commandAck, commandSend, commandStatus } from "./command.ts";
import { deviceStatusUpdate } from "./device.ts";
import { errorEvent } from "./error.ts";
import { isoTime, uuid } from "./fields.ts";

/** What the HTTP interface takes and answers: the same payloads as over Socket.IO, put together for one request. */

/** The body of every refusal. */
export const fault = errorEvent;

export const devicesAnswer = v.object({ devices: v.array(deviceStatusUpdate), now: isoTime });

/** `command:send` of which the relay makes up the `command_id` when there is none. */
export const commandRequest = v.object({ ...commandSend.entries, command_id: v.optional(uuid) });

/** One target of a command: `accepted` until its worker says more. */
const commandTarget = v.object({
  device_id: commandAck.entries.device_id,
  status: v.picklist(["accepted", ...commandStatus.options]),
  error: commandAck.entries.error,
  result: commandAck.entries.result,
  /** There was a result and this answer had no room for it. */
  is_result_left_out: v.optional(v.boolean()),
});
export type CommandTarget = v.InferOutput<typeof commandTarget>;

export const commandOutcome = v.object({ command_id: uuid, targets: v.array(commandTarget) });
export type CommandOutcome = v.InferOutput<typeof commandOutcome>;
