import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "./testing/eventually.ts";
import { deviceIdOf } from "../protocol/device-id.ts";
import { startRelay, type RunningRelay } from "./start.ts";
import { connectSocketIo } from "./testing/socket-io-client.ts";
import type { TestClient } from "./testing/test-client.ts";

/**
 * Clients that know only the event document: `socket.io-client` as it comes (polling, then an upgrade), base64 frames, no
 * acknowledgements, none of our additions. Nothing of `protocol/` is used but what a stranger could compute.
 */

const serial = "R58M123ABCD";
const deviceId = deviceIdOf(serial);
const commandId = "0b6d3a5e-7c1f-4f5e-9d55-2d8d3f1f0a01";
const strangeId = "11111111-2222-4333-8444-555555555555";
const job = { assignment_id: commandId, job_id: strangeId, device_id: deviceId };
const jpegBase64 = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]).toString("base64");

let folder: string;
let relay: RunningRelay;
let worker: TestClient;
let workerStream: TestClient;
let dashboard: TestClient;
let viewer: TestClient;

async function connect(namespace: string, auth: Record<string, unknown>): Promise<TestClient> {
  const connected = await connectSocketIo(relay.url, namespace, auth);
  if (!connected.ok) throw new Error(connected.fault.message);
  return connected.value;
}

function heartbeat(devices: object[]): object {
  return { pc_id: "desk-1", timestamp: new Date().toISOString(), devices };
}

const phone = { serial_number: serial, status: "idle", adb_connected: true, battery_level: 81 };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-document-"));
  relay = await startRelay({ host: "127.0.0.1", port: 0, dataDir: folder });
  const asWorker = { type: "worker", token: relay.tokens.worker, pc_id: "desk-1" };
  const asDashboard = { type: "dashboard", token: relay.tokens.dashboard };
  dashboard = await connect("/dashboard", asDashboard);
  viewer = await connect("/stream", asDashboard);
  worker = await connect("/worker", asWorker);
  workerStream = await connect("/stream", asWorker);
});

afterAll(async () => {
  for (const client of [worker, workerStream, dashboard, viewer]) client?.close();
  await relay?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a worker and a dashboard that know only the event document", () => {
  test("[B1] a heartbeat is acknowledged with the time and the commands under way", async () => {
    worker.send("worker:heartbeat", heartbeat([phone]));
    await eventually(() =>
      expect(worker.last("worker:heartbeat:ack")).toEqual({
        received_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        pending_commands: 0,
      }),
    );
  });

  test("[B3] the dashboard hears of the device and how it is", async () => {
    await eventually(() =>
      expect(dashboard.last("device:status:update")).toMatchObject({
        device_id: deviceId,
        serial_number: serial,
        pc_id: "desk-1",
        status: "idle",
        health_status: "healthy",
        last_seen_at: expect.any(String),
      }),
    );
    expect(dashboard.all("device:connected")).toMatchObject([
      { device_id: deviceId, serial_number: serial, pc_id: "desk-1" },
    ]);
  });

  test("[C1] a command reaches the worker, and its acknowledgements the dashboard", async () => {
    dashboard.send("command:send", {
      command_id: commandId,
      device_id: deviceId,
      command_type: "shell",
      params: { shellCommand: "id" },
    });
    await eventually(() =>
      expect(worker.last("command:send")).toMatchObject({
        command_id: commandId,
        device_id: deviceId,
        command_type: "shell",
        params: { shellCommand: "id" },
      }),
    );
    const result = { stdout: "uid=2000(shell)\n", stderr: "", exit_code: 0 };
    for (const status of ["received", "executing"]) {
      worker.send("command:ack", { command_id: commandId, device_id: deviceId, status });
    }
    worker.send("command:ack", { command_id: commandId, device_id: deviceId, status: "completed", result });
    await eventually(() =>
      expect(dashboard.all("command:ack")).toEqual([
        { command_id: commandId, device_id: deviceId, status: "received" },
        { command_id: commandId, device_id: deviceId, status: "executing" },
        { command_id: commandId, device_id: deviceId, status: "completed", result },
      ]),
    );
  });

  test("[S1] the worker hears who is watched and how, and when nobody watches any more", async () => {
    viewer.send("stream:start", { device_id: deviceId, quality: "medium", fps: 2 });
    await eventually(() =>
      expect(workerStream.last("stream:start")).toMatchObject({
        device_id: deviceId,
        quality: "medium",
        fps: 2,
      }),
    );
    const frame = {
      device_id: deviceId,
      timestamp: Date.now(),
      frame: jpegBase64,
      width: 480,
      height: 1066,
    };
    workerStream.send("stream:frame", frame);
    await eventually(() => expect(viewer.all("stream:frame")).toEqual([frame]));
    viewer.send("stream:stop", { device_id: deviceId });
    await eventually(() => expect(workerStream.last("stream:stop")).toMatchObject({ device_id: deviceId }));
  });

  test("[J1] a job's course reaches the dashboard", async () => {
    const news = {
      "job:progress": { ...job, progress_pct: 40, current_step: "watching", elapsed_sec: 12 },
      "job:completed": {
        ...job,
        final_duration_sec: 30,
        did_like: true,
        did_comment: false,
        did_playlist: false,
      },
      "job:failed": { ...job, error_code: "APP_CRASHED", error_message: "the app closed" },
    };
    for (const [event, payload] of Object.entries(news)) worker.send(event, payload);
    await eventually(() => {
      for (const [event, payload] of Object.entries(news)) expect(dashboard.all(event)).toEqual([payload]);
    });
  });

  test("[C2, P2] a device that nobody knows is the document's error, as an event", async () => {
    dashboard.send("command:send", {
      command_id: strangeId,
      device_id: strangeId,
      command_type: "tap",
      params: { x: 1, y: 1 },
    });
    await eventually(() =>
      expect(dashboard.errors()).toMatchObject([
        {
          code: "DEVICE_NOT_FOUND",
          message: expect.stringContaining(strangeId),
          details: { event: "command:send" },
        },
      ]),
    );
    viewer.send("stream:start", { device_id: strangeId, quality: "low", fps: 1 });
    await eventually(() => expect(viewer.errors()).toMatchObject([{ code: "DEVICE_NOT_FOUND" }]));
    expect(worker.all("command:send")).toHaveLength(1);
  });

  test("[H2] a wrong token, a missing pc_id and a foreign namespace are the document's AUTH_FAILED", async () => {
    const { worker: workerToken, dashboard: dashboardToken } = relay.tokens;
    const refusals: [string, Record<string, unknown>][] = [
      ["/worker", { type: "worker", token: "wrong", pc_id: "desk-9" }],
      ["/worker", { type: "worker", token: workerToken }],
      ["/dashboard", { type: "dashboard", token: workerToken }],
      ["/stream", { type: "dashboard", token: "wrong" }],
      ["/worker", { type: "dashboard", token: dashboardToken }],
      ["/", { type: "dashboard", token: dashboardToken }],
    ];
    for (const [namespace, auth] of refusals) {
      expect(await connectSocketIo(relay.url, namespace, auth)).toMatchObject({
        ok: false,
        fault: { code: "AUTH_FAILED", message: expect.any(String) },
      });
    }
    expect(dashboard.all("worker:status")).toHaveLength(1);
  });

  test("[P1] a malformed payload is an error event that says where, and the connection stays", async () => {
    worker.send("worker:heartbeat", heartbeat([{ ...phone, status: "asleep" }]));
    await eventually(() =>
      expect(worker.errors()).toMatchObject([
        {
          code: "INVALID_PAYLOAD",
          details: { event: "worker:heartbeat", path: "devices.0.status", problem: expect.any(String) },
        },
      ]),
    );
    const acksBefore = worker.all("worker:heartbeat:ack").length;
    worker.send("worker:heartbeat", heartbeat([phone]));
    await eventually(() => expect(worker.all("worker:heartbeat:ack")).toHaveLength(acksBefore + 1));
    expect(dashboard.all("device:disconnected")).toEqual([]);
  });

  test("[B4] a device that is missing from the next heartbeat is disconnected", async () => {
    worker.send("worker:heartbeat", heartbeat([]));
    await eventually(() =>
      expect(dashboard.all("device:disconnected")).toMatchObject([
        { device_id: deviceId, serial_number: serial, reason: "adb_lost" },
      ]),
    );
  });
});
