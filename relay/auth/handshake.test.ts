import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  dashboardAuth,
  deviceA,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  testTokens,
  workerAuth,
  type TestFarm,
} from "../testing/test-farm.ts";
import { eventually } from "../testing/eventually.ts";
import { seatProbeMs } from "./worker-seats.ts";

let farm: TestFarm;
beforeEach(() => {
  farm = makeTestFarm();
});
afterEach(() => farm.close());

describe("[H1] the handshake says who connects", () => {
  test.each([
    ["/worker", workerAuth("desk-1")],
    ["/stream", workerAuth("desk-1")],
    ["/dashboard", dashboardAuth],
    ["/stream", dashboardAuth],
  ])("%s lets its clients in", async (namespace, auth) => {
    expect(await farm.tryConnect(namespace, auth)).not.toHaveProperty("code");
  });
});

describe("[H2] a handshake that is not right is refused with AUTH_FAILED", () => {
  const { worker, dashboard } = testTokens;
  test.each([
    ["a wrong worker token", "/worker", { type: "worker", token: "wrong", pc_id: "desk-1" }],
    ["the dashboard's token for a worker", "/worker", { type: "worker", token: dashboard, pc_id: "desk-1" }],
    ["the worker's token for a dashboard", "/dashboard", { type: "dashboard", token: worker }],
    ["a wrong token on /stream", "/stream", { type: "dashboard", token: `${dashboard}x` }],
    ["an unknown type", "/dashboard", { type: "admin", token: dashboard }],
    ["a missing pc_id", "/worker", { type: "worker", token: worker }],
    ["a malformed pc_id", "/worker", { type: "worker", token: worker, pc_id: "desk 1" }],
    ["a worker on /dashboard", "/dashboard", workerAuth("desk-1")],
    ["a dashboard on /worker", "/worker", dashboardAuth],
    ["the default namespace", "/", dashboardAuth],
    ["no auth at all", "/dashboard", undefined],
    ["text for auth", "/dashboard", "let me in"],
  ])("%s", async (_, namespace, auth) => {
    const dashboardClient = await farm.dashboard();
    expect(await farm.tryConnect(namespace, auth)).toMatchObject({
      code: "AUTH_FAILED",
      message: expect.any(String),
    });
    expect(dashboardClient.received).toEqual([]);
  });

  test("and neither the answer nor the log repeats what was sent", async () => {
    const secret = "nearly-the-right-token";
    const fault = await farm.tryConnect("/dashboard", { type: "dashboard", token: secret });
    expect(JSON.stringify([fault, farm.logLines])).not.toContain(secret);
    expect(farm.logLines.at(-1)).toContain("AUTH_FAILED");
  });
});

test("[H3] each client is in the document's rooms", async () => {
  await farm.dashboard();
  expect(farm.wires.membersOf("/dashboard", "dashboard")).toHaveLength(1);
  const worker = await farm.worker();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  await farm.workerStream();
  for (const namespace of ["/worker", "/stream"] as const) {
    expect(farm.wires.membersOf(namespace, "worker:desk-1")).toHaveLength(1);
    expect(farm.wires.membersOf(namespace, `device:${deviceA}`)).toHaveLength(1);
  }
  const viewer = await farm.viewer();
  await viewer.request("stream:start", { device_id: deviceA, quality: "low", fps: 1 });
  expect(farm.wires.membersOf("/stream", `stream:${deviceA}`)).toHaveLength(1);
  await viewer.request("stream:stop", { device_id: deviceA });
  expect(farm.wires.membersOf("/stream", `stream:${deviceA}`)).toEqual([]);
  worker.send("worker:heartbeat", heartbeatOf([]));
  expect(farm.wires.membersOf("/worker", `device:${deviceA}`)).toEqual([]);
});

describe("[H4] one worker speaks for a pc_id", () => {
  test.each(["/worker", "/stream"])("a second one on %s is refused with FORBIDDEN", async (namespace) => {
    const first = await farm.tryConnect(namespace, workerAuth("desk-1"));
    expect(await farm.tryConnect(namespace, workerAuth("desk-1"))).toMatchObject({ code: "FORBIDDEN" });
    expect(first).not.toHaveProperty("code");
    expect(await farm.tryConnect(namespace, workerAuth("desk-2"))).not.toHaveProperty("code");
  });

  test("the seat is free again when the first one leaves", async () => {
    (await farm.worker()).close();
    await farm.worker();
    expect(farm.wires.membersOf("/worker", "worker:desk-1")).toHaveLength(1);
  });

  test("a first one that shows no sign of life makes room", async () => {
    const ghost = await farm.worker();
    ghost.pause();
    const newcomer = farm.tryConnect("/worker", workerAuth("desk-1"));
    await eventually(() => {
      farm.clock.advance(seatProbeMs);
      expect(ghost.isClosed()).toBe(true);
    });
    expect(await newcomer).not.toHaveProperty("code");
  });

  test("of two at the same moment the later one is told and closed", async () => {
    const both = await Promise.all([
      farm.tryConnect("/worker", workerAuth("desk-1")),
      farm.tryConnect("/worker", workerAuth("desk-1")),
    ]);
    const clients = both.filter((client) => "received" in client);
    expect(clients.map((client) => client.isClosed())).toEqual([false, true]);
  });
});
