// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { EngineReport, EngineRequest } from "../../../protocol/engine.ts";
import { makeWorkerLink, type EngineThread } from "./worker-link.ts";

function makeThread() {
  const posted: EngineRequest[] = [];
  const target = new EventTarget();
  const thread: EngineThread = {
    postMessage: (request) => posted.push(request),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an EventTarget does not type its events
    addEventListener: target.addEventListener.bind(target) as EngineThread["addEventListener"],
  };
  const report = (relay: EngineReport["relay"]): void => {
    const throughput = { framesPerSecond: 0, bytesPerSecond: 0, commandsCompleted: 0, commandsFailed: 0 };
    const data: EngineReport = { type: "report", relay, devices: [], throughput, isUsbMissing: false };
    target.dispatchEvent(new MessageEvent("message", { data }));
  };
  return { thread, posted, report, target };
}

const options = { relayUrl: "http://127.0.0.1:8787", token: "t" };

test("the name of the PC is in the key's name, which the phone shows", () => {
  const { thread, posted } = makeThread();
  makeWorkerLink(thread, options).start("pc-7f3a");
  expect(posted).toEqual([
    { type: "start", ...options, pcId: "pc-7f3a", keyName: "tabfarm@pc-7f3a", mayReboot: false },
  ]);
});

test("a new name waits for the last report of the old one", () => {
  const { thread, posted, report } = makeThread();
  const link = makeWorkerLink(thread, options);
  link.start("old");
  report({ kind: "connected", sinceMs: 1 });
  link.start("new");
  report({ kind: "connected", sinceMs: 1 });
  expect(posted.map((request) => request.type)).toEqual(["start", "stop"]);
  report({ kind: "stopped" });
  expect(posted.at(-1)).toMatchObject({ type: "start", pcId: "new" });
});

test("a start soon after a stop waits for the last report too", () => {
  const { thread, posted, report } = makeThread();
  const link = makeWorkerLink(thread, options);
  link.start("pc");
  link.stop();
  link.start("pc");
  expect(posted.map((request) => request.type)).toEqual(["start", "stop"]);
  report({ kind: "stopped" });
  expect(posted.map((request) => request.type)).toEqual(["start", "stop", "start"]);
});

test("a report replaces the one before, whatever state that had", () => {
  const { thread, report } = makeThread();
  const link = makeWorkerLink(thread, options);
  report({ kind: "connecting", sinceMs: 1, attempt: 3 });
  report({ kind: "connected", sinceMs: 2 });
  expect(link.state.report?.relay).toEqual({ kind: "connected", sinceMs: 2 });
});

test("a thread that fails is told", () => {
  const { thread, target } = makeThread();
  const link = makeWorkerLink(thread, options);
  target.dispatchEvent(Object.assign(new Event("error"), { message: "SyntaxError" }));
  expect(link.state.crash).toBe("SyntaxError");
});

test("[L4] whether phones may be rebooted is told at the start, and when it changes", () => {
  const { thread, posted } = makeThread();
  const link = makeWorkerLink(thread, options);
  link.setMayReboot(true);
  expect(posted).toEqual([]);
  link.start("pc");
  link.setMayReboot(false);
  expect(posted).toMatchObject([
    { type: "start", mayReboot: true },
    { type: "may-reboot", mayReboot: false },
  ]);
});
