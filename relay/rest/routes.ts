import * as v from "valibot";
import { screenshotResult } from "../../protocol/command.ts";
import { deviceCondition } from "../../protocol/heartbeat.ts";
import { deviceStatusUpdate } from "../../protocol/device.ts";
import { fail, faultCodes, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import { pcId } from "../../protocol/fields.ts";
import { commandOutcome, commandRequest, devicesAnswer, type CommandOutcome } from "../../protocol/rest.ts";
import { isTerminal } from "../../protocol/command.ts";
import type { Clock } from "../clock.ts";
import type { CommandRows } from "../store/command-rows.ts";
import { unknownDevice } from "../presence/device-registry.ts";
import { runCommand } from "./command-run.ts";
import { route, type Route } from "./route.ts";

/** The longest that a command takes, and some. */
const mostWaitSeconds = 130;
const waitSeconds = v.optional(
  v.pipe(
    v.string(),
    v.transform(Number),
    v.number(),
    v.integer(),
    v.minValue(0),
    v.maxValue(mostWaitSeconds),
  ),
  "30",
);
const nothing = v.strictObject({});
const waiting = v.strictObject({ wait_seconds: waitSeconds });

export interface RoutesNeeds {
  store: Pick<CommandRows, "findCommand">;
  clock: Clock;
  newId: () => string;
}

/** The whole HTTP interface, as data: what is routed, and what the OpenAPI document says. */
export function makeRoutes({ store, clock, newId }: RoutesNeeds): Route[] {
  return [
    route({
      method: "GET",
      path: "/devices",
      summary: "Every device the relay remembers, or those of one PC or with one status.",
      query: v.strictObject({ pc_id: v.optional(pcId), status: v.optional(deviceCondition.entries.status) }),
      answers: { 200: { description: "The devices as they are now.", schema: devicesAnswer } },
      async run({ script, query }) {
        const listed = await script.request("device:list", {});
        if (!listed.ok) return listed;
        const { devices, now } = listed.value;
        const isAsked = ({ pc_id, status }: (typeof devices)[number]): boolean =>
          (query.pc_id ?? pc_id) === pc_id && (query.status ?? status) === status;
        return succeed({ status: 200, json: { devices: devices.filter(isAsked), now } });
      },
    }),
    route({
      method: "GET",
      path: "/devices/{device_id}",
      summary: "One device.",
      query: nothing,
      answers: { 200: { description: "The device as it is now.", schema: deviceStatusUpdate } },
      async run({ script, params: { device_id: deviceId = "" } }) {
        const listed = await script.request("device:list", {});
        if (!listed.ok) return listed;
        const device = listed.value.devices.find(({ device_id }) => device_id === deviceId);
        return device === undefined ? unknownDevice(deviceId) : succeed({ status: 200, json: device });
      },
    }),
    route({
      method: "GET",
      path: "/devices/{device_id}/screenshot",
      summary: "The device's screen in full size.",
      query: waiting,
      answers: { 200: { description: "The picture.", contentType: "image/png" } },
      async run({ script, params, query, signal }) {
        const command = { command_id: newId(), device_id: params["device_id"], command_type: "screenshot" };
        const waitMs = query.wait_seconds * 1000;
        const outcome = await runCommand(script, command, { clock, waitMs, signal });
        if (!outcome.ok) return outcome;
        const [target] = outcome.value.targets;
        if (target === undefined || !isTerminal(target.status)) {
          return fail("COMMAND_TIMEOUT", `the device gave no picture within ${query.wait_seconds} s`);
        }
        if (target.status === "failed") return { ok: false, fault: faultOf(target.error) };
        const picture = v.safeParse(screenshotResult, target.result);
        if (!picture.success) return fail("INTERNAL", "the worker sent something that is no picture");
        const bytes = Buffer.from(picture.output.base64, "base64");
        return succeed({ status: 200, contentType: picture.output.mime, bytes });
      },
    }),
    route({
      method: "POST",
      path: "/commands",
      summary: "Runs a command on one device or many, and waits until all have ended.",
      query: waiting,
      body: commandRequest,
      answers: {
        200: { description: "Every target has ended, well or not.", schema: commandOutcome },
        202: { description: "The time is up before all have ended; they go on.", schema: commandOutcome },
      },
      async run({ script, body, query, signal }) {
        const given = typeof body === "object" && body !== null ? body : {};
        const command = { command_id: newId(), ...given };
        const waitMs = query.wait_seconds * 1000;
        const outcome = await runCommand(script, command, { clock, waitMs, signal });
        if (!outcome.ok) return outcome;
        return succeed({ status: hasEnded(outcome.value) ? 200 : 202, json: outcome.value });
      },
    }),
    route({
      method: "GET",
      path: "/commands/{command_id}",
      summary: "What became of a command of one's own. Of large results only a summary is kept.",
      query: nothing,
      answers: {
        200: { description: "Every target has ended, well or not.", schema: commandOutcome },
        202: { description: "Some have not.", schema: commandOutcome },
      },
      async run({ script, params }) {
        const { command_id: commandId = "" } = params;
        const watched = await script.request("command:watch", { command_ids: [commandId] });
        if (!watched.ok) return watched;
        if (watched.value.unknown.length > 0) return unknownCommand(commandId);
        const targets = store.findCommand(commandId).map(({ deviceId, status, error, result }) => ({
          device_id: deviceId,
          status: status === "sent" ? ("accepted" as const) : status,
          ...(error === undefined ? {} : { error }),
          ...(result === undefined ? {} : { result }),
        }));
        const outcome = { command_id: commandId, targets };
        return succeed({ status: hasEnded(outcome) ? 200 : 202, json: outcome });
      },
    }),
  ];
}

function hasEnded({ targets }: CommandOutcome): boolean {
  return targets.every(({ status }) => isTerminal(status));
}

function unknownCommand(commandId: string): Result<{ status: number; json: Fault }> {
  const { fault } = fail("INVALID_PAYLOAD", `no command ${commandId} of yours is remembered`);
  return succeed({ status: 404, json: fault });
}

/** A failed command's error begins with the code of the fault, unless it is the device's own words. */
function faultOf(error = "the command failed"): Fault {
  const [, word, message] = /^([A-Z_]+): (.*)$/s.exec(error) ?? [];
  const code = faultCodes.find((known) => known === word);
  return code === undefined || message === undefined
    ? { code: "INTERNAL", message: error }
    : { code, message };
}
