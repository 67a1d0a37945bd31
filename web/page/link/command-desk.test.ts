// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CommandAccepted, CommandSend } from "../../../protocol/command.ts";
import { makeCommandDesk, type CommandPort } from "./command-desk.ts";
import type { LinkResult } from "./link-fault.ts";

const a = "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11";
const b = "6b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b12";

function open(answer?: LinkResult<CommandAccepted>, unknown: string[] = [], watchedAtOnce?: number) {
  const submitted: CommandSend[] = [];
  const watched: string[][] = [];
  const port: CommandPort = {
    submit(command) {
      submitted.push(command);
      const accepted = { command_id: command.command_id, device_ids: [] };
      return Promise.resolve(answer ?? { ok: true, value: accepted });
    },
    watch(ids) {
      watched.push(ids);
      return Promise.resolve({ ok: true, value: { unknown: ids.filter((id) => unknown.includes(id)) } });
    },
  };
  return { desk: makeCommandDesk(port, watchedAtOnce), submitted, watched };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("one device is addressed by itself, several as a broadcast", () => {
  const { desk, submitted } = open();
  const one = desk.send({ type: "tap", params: { x: 1, y: 2 }, deviceIds: [a] });
  const two = desk.send({ type: "screenshot", deviceIds: [a, b] });
  expect(submitted).toEqual([
    { command_id: one.id, command_type: "tap", params: { x: 1, y: 2 }, device_id: a },
    {
      command_id: two.id,
      command_type: "screenshot",
      params: {},
      broadcast: true,
      broadcast_device_ids: [a, b],
    },
  ]);
});

test("[C4] a run ends when each of its targets has; what comes after the end is ignored", async () => {
  const { desk } = open();
  const sent = desk.send({ type: "shell", params: { shellCommand: "id" }, deviceIds: [a, b] });
  const result = { stdout: "uid=0", stderr: "", exit_code: 0 };
  desk.acknowledge({ command_id: sent.id, device_id: a, status: "received" });
  expect(desk.state.runs[0]?.targets.map((target) => target.status)).toEqual(["received", "sent"]);
  desk.acknowledge({ command_id: sent.id, device_id: a, status: "completed", result });
  desk.acknowledge({ command_id: sent.id, device_id: b, status: "failed", error: "pulled" });
  desk.acknowledge({ command_id: sent.id, device_id: b, status: "completed" });
  expect((await sent.ended).targets).toMatchObject([
    { status: "completed", result },
    { status: "failed", error: "pulled" },
  ]);
});

test("a refusal ends every target with the relay's words", async () => {
  const { desk } = open({ ok: false, fault: { code: "WORKER_OFFLINE", message: "its PC is offline" } });
  const run = await desk.send({ type: "screenshot", deviceIds: [a] }).ended;
  expect(run.fault?.code).toBe("WORKER_OFFLINE");
  expect(run.targets).toMatchObject([{ status: "failed", error: "its PC is offline" }]);
});

test("[N2] what is open when the connection is lost goes on when it is back, unless the relay never took it", async () => {
  const unknown: string[] = [];
  const { desk, watched } = open(undefined, unknown);
  const ended = desk.send({ type: "screenshot", deviceIds: [a] });
  desk.acknowledge({ command_id: ended.id, device_id: a, status: "completed" });
  const lost = desk.send({ type: "screenshot", deviceIds: [a] });
  const taken = desk.send({ type: "screenshot", deviceIds: [a, b] });
  unknown.push(lost.id);
  desk.pause();
  await vi.advanceTimersByTimeAsync(3_600_000);
  desk.resume();
  expect(watched).toEqual([[lost.id, taken.id]]);
  expect((await lost.ended).targets[0]?.error).toMatch(/never took it/);
  for (const device of [a, b]) {
    desk.acknowledge({ command_id: taken.id, device_id: device, status: "completed" });
  }
  expect((await taken.ended).targets).toMatchObject([{ status: "completed" }, { status: "completed" }]);
});

test("more open commands than one question may name are asked for in several", () => {
  const { desk, watched } = open(undefined, [], 2);
  for (let count = 0; count < 3; count += 1) desk.send({ type: "screenshot", deviceIds: [a] });
  desk.pause();
  desk.resume();
  expect(watched.map((ids) => ids.length)).toEqual([2, 1]);
});

test("[N2] a command whose answer was lost is open until the relay tells of it", async () => {
  const { desk } = open({ ok: false, fault: { code: "NOT_ANSWERED", message: "lost" } });
  const sent = desk.send({ type: "screenshot", deviceIds: [a] });
  await vi.advanceTimersByTimeAsync(0);
  desk.acknowledge({ command_id: sent.id, device_id: a, status: "completed" });
  expect((await sent.ended).targets).toMatchObject([{ status: "completed" }]);
});

test("[N2] a silent relay ends what is open after longer than it may wait and run", async () => {
  const { desk } = open();
  const silent = desk.send({ type: "screenshot", deviceIds: [a] });
  await vi.advanceTimersByTimeAsync(129_999);
  expect(desk.state.runs[0]?.targets[0]?.status).toBe("sent");
  await vi.advanceTimersByTimeAsync(1);
  expect((await silent.ended).targets[0]?.error).toMatch(/130 s/);
});

test("only the newest 80 runs are kept, and those that are open", () => {
  const { desk } = open();
  const first = desk.send({ type: "screenshot", deviceIds: [a] });
  const fill = (): void => {
    for (let count = 0; count < 80; count += 1) {
      const { id } = desk.send({ type: "screenshot", deviceIds: [a] });
      desk.acknowledge({ command_id: id, device_id: a, status: "completed" });
    }
  };
  fill();
  expect(desk.state.runs.map((run) => run.id)).toContain(first.id);
  desk.acknowledge({ command_id: first.id, device_id: a, status: "completed" });
  fill();
  expect(desk.state.runs).toHaveLength(80);
});
