import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TestClient } from "../testing/test-client.ts";
import {
  deviceA,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  strangeDevice,
  testTokens,
  type TestFarm,
} from "../testing/test-farm.ts";

let farm: TestFarm;
let worker: TestClient;
let workerStream: TestClient;
let dashboard: TestClient;
let viewer: TestClient;
beforeEach(async () => {
  farm = makeTestFarm();
  worker = await farm.worker();
  workerStream = await farm.workerStream();
  dashboard = await farm.dashboard();
  viewer = await farm.viewer();
});
afterEach(() => farm.close());

/** The trail's rows of one event, oldest first. */
function rows(event: string) {
  return farm.store
    .listAuditEvents(1000)
    .filter((row) => row.event === event)
    .toReversed();
}

const address = "192.0.2.1";

describe("[R1] the audit trail has a row", () => {
  beforeEach(() => worker.send("worker:heartbeat", heartbeatOf([phone(serialA)])));

  test("for each command and each of its acks, with who, when, whence and how it went", async () => {
    const ids = { command_id: strangeDevice, device_id: deviceA };
    await dashboard.request("command:send", { ...ids, command_type: "tap", params: { x: 1, y: 2 } });
    worker.send("command:ack", { ...ids, status: "received" });
    farm.clock.advance(50);
    worker.send("command:ack", { ...ids, status: "completed" });
    const atMs = farm.clock.now();
    expect(rows("command:send")).toEqual([
      {
        eventId: expect.any(String),
        atMs: atMs - 50,
        actor: "dashboard",
        address,
        event: "command:send",
        deviceId: deviceA,
        outcome: "accepted",
        details: { command_id: strangeDevice, command_type: "tap", params: { x: 1, y: 2 } },
      },
    ]);
    expect(rows("command:ack")).toMatchObject([
      { actor: "worker desk-1", atMs: atMs - 50, outcome: "received", deviceId: deviceA },
      { actor: "worker desk-1", atMs, outcome: "completed", details: { command_id: strangeDevice } },
    ]);
  });

  test("for a broadcast, with what was sent, and one for each target without it", async () => {
    const ids = {
      command_id: strangeDevice,
      broadcast: true,
      broadcast_device_ids: [deviceA, strangeDevice],
    };
    const params = { shellCommand: "echo ".padEnd(10_000, "x") };
    await dashboard.request("command:send", { ...ids, command_type: "shell", params });
    const details = { command_id: strangeDevice, command_type: "shell" };
    expect(rows("command:send")).toMatchObject([
      { outcome: "broadcast", details: { ...details, params, targets: 2 } },
      { outcome: "accepted", deviceId: deviceA },
      { outcome: "DEVICE_NOT_FOUND", deviceId: strangeDevice },
    ]);
    for (const row of rows("command:send").slice(1)) expect(row.details).toEqual(details);
  });

  test("for a command that ended without its worker's word", async () => {
    const ids = { command_id: strangeDevice, device_id: deviceA };
    await dashboard.request("command:send", { ...ids, command_type: "screenshot" });
    worker.send("worker:heartbeat", heartbeatOf([]));
    expect(rows("command:ack")).toMatchObject([{ actor: "dashboard", outcome: "failed" }]);
  });

  test("for a stream when it ends, with frames, bytes and duration", async () => {
    await viewer.request("stream:start", { device_id: deviceA, quality: "low", fps: 5, encoding: "binary" });
    for (let count = 0; count < 3; count += 1) {
      const frame = { device_id: deviceA, timestamp: 1, frame: new Uint8Array(1000), width: 1, height: 1 };
      await workerStream.request("stream:frame", frame);
      farm.clock.advance(1000);
    }
    expect(rows("stream")).toEqual([]);
    viewer.close();
    expect(rows("stream")).toMatchObject([
      {
        actor: "dashboard",
        deviceId: deviceA,
        outcome: "ended",
        details: { quality: "low", fps: 5, encoding: "binary", frames: 3, bytes: 3600, duration_ms: 3000 },
      },
    ]);
    expect(rows("stream:frame")).toEqual([]);
  });

  test("for heartbeats only when the set of devices changes", () => {
    for (const devices of [[phone(serialA)], [phone(serialA, { battery_level: 3 })], [], []]) {
      worker.send("worker:heartbeat", heartbeatOf(devices));
    }
    expect(rows("worker:heartbeat")).toMatchObject([
      { actor: "worker desk-1", details: { serial_numbers: [serialA] } },
      { actor: "worker desk-1", details: { serial_numbers: [] } },
    ]);
  });

  test("for a job's news, for a look at the list, for coming and going", async () => {
    const news = { assignment_id: strangeDevice, job_id: strangeDevice, device_id: deviceA };
    await worker.request("job:failed", { ...news, error_code: "X", error_message: "y" });
    await dashboard.request("device:list");
    dashboard.close();
    expect(rows("job:failed")).toMatchObject([{ outcome: "failed", deviceId: deviceA }]);
    expect(rows("device:list")).toHaveLength(1);
    expect(rows("connect")).toHaveLength(4);
    expect(rows("disconnect")).toMatchObject([{ actor: "dashboard" }]);
  });

  test("and never pixels or tokens", async () => {
    const ids = { command_id: strangeDevice, device_id: deviceA };
    const pixels = "PIXELS".repeat(10);
    await dashboard.request("command:send", { ...ids, command_type: "screenshot" });
    const result = { mime: "image/png", base64: pixels, width: 1, height: 1 };
    worker.send("command:ack", { ...ids, status: "completed", result });
    await viewer.request("stream:start", { device_id: deviceA, quality: "low", fps: 5 });
    workerStream.send("stream:frame", {
      device_id: deviceA,
      timestamp: 1,
      frame: pixels,
      width: 1,
      height: 1,
    });
    viewer.close();
    const everything = JSON.stringify([
      farm.store.listAuditEvents(1000),
      farm.store.findCommand(strangeDevice),
    ]);
    for (const secret of [pixels, testTokens.worker, testTokens.dashboard]) {
      expect(everything).not.toContain(secret);
    }
  });
});
