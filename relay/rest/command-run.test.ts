import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { CommandAck } from "../../protocol/command.ts";
import { succeed } from "../../protocol/fault.ts";
import { makeManualClock } from "../testing/manual-clock.ts";
import { deviceA, deviceB } from "../testing/test-farm.ts";
import { runCommand } from "./command-run.ts";
import type { Script } from "./script.ts";

const commandId = randomUUID();

function start(signal = new AbortController().signal) {
  let tell: (ack: CommandAck) => void = () => {};
  const closing = new AbortController();
  // Of all the replies there are, this one asks for one only.
  const request = (async () =>
    succeed({ command_id: commandId, device_ids: [deviceA, deviceB] })) as Script["request"];
  const script: Script = {
    request,
    onAck: (handler) => (tell = handler),
    closed: closing.signal,
    close: () => closing.abort(),
  };
  const outcome = runCommand(
    script,
    { command_id: commandId },
    { clock: makeManualClock(), waitMs: 1000, signal },
  );
  const ack = (deviceId: string, fields: Partial<CommandAck>) =>
    tell({ command_id: commandId, device_id: deviceId, status: "completed", ...fields });
  return { outcome, ack, script };
}

test("[W6] results beyond what an answer holds are left out, and each target still has its end", async () => {
  const { outcome, ack } = start();
  const picture = "x".repeat(9_000_000);
  for (const deviceId of [deviceA, deviceB]) ack(deviceId, { result: picture });
  expect(await outcome).toEqual(
    succeed({
      command_id: commandId,
      targets: [
        { device_id: deviceA, status: "completed", result: picture },
        { device_id: deviceB, status: "completed", is_result_left_out: true },
      ],
    }),
  );
});

test("[W6] what is said of another command, or after the end, changes nothing", async () => {
  const { outcome, ack } = start();
  ack(deviceA, { command_id: randomUUID(), status: "failed" });
  ack(deviceA, { status: "completed" });
  ack(deviceA, { status: "executing" });
  ack(deviceB, { status: "failed", error: "INTERNAL: no" });
  expect(await outcome).toMatchObject({
    value: { targets: [{ status: "completed" }, { status: "failed", error: "INTERNAL: no" }] },
  });
});

test.each(["the caller", "the relay"])("[W6] nobody waits on when %s has gone", async (who) => {
  const caller = new AbortController();
  const { outcome, script, ack } = start(caller.signal);
  ack(deviceA, { status: "executing" });
  if (who === "the caller") caller.abort();
  else script.close();
  expect(await outcome).toMatchObject({
    value: { targets: [{ status: "executing" }, { status: "accepted" }] },
  });
});
