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
  (await after.worker()).send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  expect(dashboard.last("device:status:update")).toMatchObject({
    device_id: deviceA,
    health_status: "healthy",
  });
  after.close();
});
