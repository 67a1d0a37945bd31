import * as v from "valibot";
import { anything, cutText, longText, pixels, serialNumber, shortText, uuid } from "./fields.ts";

export const commandType = v.picklist(["tap", "swipe", "keyevent", "text", "shell", "screenshot"]);
export type CommandType = v.InferOutput<typeof commandType>;

const keyCode = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1023));
const durationMs = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(60_000));

/** Everything a command may carry. Positions are pixels of the display as it is turned now; duration is milliseconds. */
export const commandParams = v.object({
  x: v.optional(pixels),
  y: v.optional(pixels),
  x2: v.optional(pixels),
  y2: v.optional(pixels),
  duration: v.optional(durationMs),
  keycode: v.optional(keyCode),
  text: v.optional(longText),
  shellCommand: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(16_384))),
});
export type CommandParams = v.InferOutput<typeof commandParams>;

const requiredParams = {
  tap: ["x", "y"],
  swipe: ["x", "y", "x2", "y2"],
  keyevent: ["keycode"],
  text: ["text"],
  shell: ["shellCommand"],
  screenshot: [],
} as const satisfies Record<CommandType, readonly (keyof CommandParams)[]>;

const commandFields = {
  command_id: uuid,
  command_type: commandType,
  params: v.optional(commandParams, {}),
};

export interface AnyCommand {
  command_type: CommandType;
  params: CommandParams;
}

/** Names the first parameter that this type of command needs and did not get. */
function missingParam(command: AnyCommand): string | undefined {
  return requiredParams[command.command_type].find((name) => command.params[name] === undefined);
}

function missingParamMessage(issue: { input: AnyCommand }): string {
  return `${issue.input.command_type} needs params.${missingParam(issue.input)}`;
}

/**
 * dashboard → relay. `device_id` names the target; with `broadcast` the targets are `broadcast_device_ids`, or the
 * devices of `group`, or every device, and `device_id` may be absent.
 */
export const commandSend = v.pipe(
  v.object({
    ...commandFields,
    device_id: v.optional(uuid),
    broadcast: v.optional(v.boolean()),
    broadcast_device_ids: v.optional(v.pipe(v.array(uuid), v.minLength(1), v.maxLength(10_000))),
    group: v.optional(shortText),
  }),
  v.check((command) => missingParam(command) === undefined, missingParamMessage),
  v.check(
    (command) => command.broadcast === true || command.device_id !== undefined,
    "device_id is needed unless broadcast is true",
  ),
);
export type CommandSend = v.InferOutput<typeof commandSend>;

/** relay → worker: one command for one device. */
export const commandDeliver = v.pipe(
  v.object({ ...commandFields, device_id: uuid, serial_number: serialNumber }),
  v.check((command) => missingParam(command) === undefined, missingParamMessage),
);
export type CommandDeliver = v.InferOutput<typeof commandDeliver>;

/** The reply to `command:send`: who was asked. Each target is acked by itself. */
export interface CommandAccepted {
  command_id: string;
  device_ids: string[];
}

/**
 * dashboard → relay, after it was away: from now on this connection hears of these commands, beginning with what already
 * became of them. Nothing is executed by it.
 */
export const commandWatch = v.object({
  command_ids: v.pipe(v.array(uuid), v.minLength(1), v.maxLength(1000)),
});
export type CommandWatch = v.InferOutput<typeof commandWatch>;

/** The reply to `command:watch`: those that the relay never accepted, no longer remembers, or that are somebody else's. */
export interface CommandsWatched {
  unknown: string[];
}

export const commandStatus = v.picklist(["received", "executing", "completed", "failed"]);
export type CommandStatus = v.InferOutput<typeof commandStatus>;

/** Whether a command ended with this; each target gets exactly one such ack. */
export function isTerminal(status: string): status is "completed" | "failed" {
  return status === "completed" || status === "failed";
}

/** worker → relay → dashboard. */
export const commandAck = v.object({
  command_id: uuid,
  device_id: uuid,
  status: commandStatus,
  error: v.optional(cutText),
  result: v.optional(anything),
});
export type CommandAck = v.InferOutput<typeof commandAck>;

/** `result` of a completed `shell`. Output beyond the limit is cut at the end and said so. */
export const shellResult = v.object({
  stdout: v.string(),
  stderr: v.string(),
  exit_code: v.number(),
  is_truncated: v.optional(v.boolean()),
});
export type ShellResult = v.InferOutput<typeof shellResult>;

/** `result` of a completed `screenshot`: the display's full size as PNG. */
export const screenshotResult = v.object({
  mime: v.literal("image/png"),
  base64: v.string(),
  width: pixels,
  height: pixels,
});
export type ScreenshotResult = v.InferOutput<typeof screenshotResult>;
