import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeManualClock } from "./testing/manual-clock.ts";
import { deviceA, heartbeatOf, makeTestFarm, phone, serialA } from "./testing/test-farm.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-restart-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("[D4] devices survive a restart, offline until their worker reports", async () => {
  const storePath = join(folder, "relay.db");
  const clock = makeManualClock();
  const before = makeTestFarm({ storePath, clock });
  (await before.worker()).send("worker:heartbeat", heartbeatOf([phone(serialA, { model: "Pixel 8" })]));
  before.close();

  const after = makeTestFarm({ storePath, clock });
  const dashboard = await after.dashboard();
  expect(await dashboard.request("device:list")).toMatchObject({
    devices: [{ device_id: deviceA, model: "Pixel 8", status: "offline", health_status: "offline" }],
    workers: [{ pc_id: "desk-1", is_online: false }],
  });
  expect(
    await dashboard.request("command:send", {
      command_id: "0b6d3a5e-7c1f-4f5e-9d55-2d8d3f1f0a01",
      device_id: deviceA,
      command_type: "screenshot",
    }),
  ).toMatchObject({ ok: false, fault: { code: "WORKER_OFFLINE" } });
  (await after.worker()).send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  expect(dashboard.last("device:status:update")).toMatchObject({
    device_id: deviceA,
    health_status: "healthy",
  });
  after.close();
});

test("[C5] commands that a restart finds unfinished are failed, and their dashboard can ask", async () => {
  const storePath = join(folder, "relay.db");
  const clock = makeManualClock();
  const before = makeTestFarm({ storePath, clock });
  (await before.worker()).send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  const command = {
    command_id: "0b6d3a5e-7c1f-4f5e-9d55-2d8d3f1f0a01",
    device_id: deviceA,
    command_type: "screenshot",
  };
  const first = await (await before.dashboard()).request("command:send", command);
  before.close();

  const after = makeTestFarm({ storePath, clock });
  expect(after.store.findCommand(command.command_id)).toMatchObject([
    { status: "failed", endedAtMs: clock.now() },
  ]);
  const dashboard = await after.dashboard();
  const worker = await after.worker();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  expect(await dashboard.request("command:send", command)).toEqual(first);
  expect(dashboard.all("command:ack")).toMatchObject([
    { status: "failed", error: expect.stringContaining("restarted") },
  ]);
  expect(worker.all("command:send")).toEqual([]);
  after.close();
});
