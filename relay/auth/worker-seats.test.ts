import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { workerGraceMs } from "../presence/presence.ts";
import {
  deviceA,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  workerAuth,
  type TestFarm,
} from "../testing/test-farm.ts";

let farm: TestFarm;
beforeEach(() => {
  farm = makeTestFarm();
});
afterEach(() => farm.close());

const desk = workerAuth("desk-1");
const namespaces = ["/worker", "/stream"] as const;

describe("[H4] a session tells a worker's two connections from another's", () => {
  test("so another worker gets neither seat, also while one of them is free", async () => {
    await farm.connect("/worker", { ...desk, session: "first tab" });
    expect(await farm.tryConnect("/stream", { ...desk, session: "second tab" })).toMatchObject({
      code: "FORBIDDEN",
    });
    await farm.connect("/stream", { ...desk, session: "first tab" });
  });

  test("and a worker is not kept out by its own connection from before a cut", async () => {
    const dashboard = await farm.dashboard();
    const cut = await farm.connect("/worker", { ...desk, session: "first tab" });
    cut.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    cut.pause();
    dashboard.forget();
    const again = await farm.connect("/worker", { ...desk, session: "first tab" });
    expect(cut.isClosed()).toBe(true);
    again.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    farm.clock.advance(workerGraceMs);
    expect(dashboard.received).toEqual([]);
  });
});

describe("[H5] a worker that asks to takes the place of the one that is there", () => {
  test.each([
    ["of which both give a session", { session: "first tab" }, { session: "second tab" }, namespaces],
    ["and its stream comes first", { session: "first" }, { session: "second" }, namespaces.toReversed()],
    ["of which none gives a session", {}, {}, namespaces],
  ])("%s", async (_, oldSession, newSession, order) => {
    const dashboard = await farm.dashboard();
    const old = [];
    for (const each of namespaces) old.push(await farm.connect(each, { ...desk, ...oldSession }));
    old[0]?.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    dashboard.forget();

    const taking = { ...desk, ...newSession, take_over: true };
    const newcomers = new Map<string, Awaited<ReturnType<typeof farm.connect>>>();
    for (const each of order) newcomers.set(each, await farm.connect(each, taking));
    for (const client of old) {
      expect(client.isClosed()).toBe(true);
      expect(client.errors()).toMatchObject([
        { code: "FORBIDDEN", message: expect.stringContaining("another tab took over") },
      ]);
    }
    for (const client of newcomers.values()) expect(client.isClosed()).toBe(false);

    newcomers.get("/worker")?.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    farm.clock.advance(workerGraceMs);
    expect(dashboard.received).toEqual([]);
    const answer = await dashboard.request("command:send", {
      command_id: crypto.randomUUID(),
      device_id: deviceA,
      command_type: "screenshot",
    });
    expect(answer).toMatchObject({ ok: true });
    expect(newcomers.get("/worker")?.all("command:send")).toHaveLength(1);
    const rows = farm.store.listAuditEvents(100).filter(({ event }) => event === "worker:take-over");
    expect(rows).toMatchObject([{ actor: "worker desk-1", outcome: "ok", details: { pc_id: "desk-1" } }]);
  });

  test("and the one that was sent away does not get it back by asking as before", async () => {
    for (const each of namespaces) await farm.connect(each, { ...desk, session: "first tab" });
    await farm.connect("/worker", { ...desk, session: "second tab", take_over: true });
    for (const each of namespaces) {
      expect(await farm.tryConnect(each, { ...desk, session: "first tab" })).toMatchObject({
        code: "FORBIDDEN",
      });
    }
  });

  test("which takes a token that is right for this pc_id", async () => {
    const first = await farm.worker();
    const stranger = { ...farm.workerKeyOf("desk-2"), pc_id: "desk-1", take_over: true };
    expect(await farm.tryConnect("/worker", stranger)).toMatchObject({ code: "AUTH_FAILED" });
    expect(first.isClosed()).toBe(false);
  });
});
