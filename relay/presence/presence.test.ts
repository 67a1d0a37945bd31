import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { sharedSerialDeviceId } from "../../protocol/device-id.ts";
import { deviceStatusUpdate, type DeviceStatusUpdate } from "../../protocol/device.ts";
import type { TestClient } from "../testing/test-client.ts";
import {
  deviceA,
  deviceB,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  serialB,
  type TestFarm,
} from "../testing/test-farm.ts";
import { workerGraceMs } from "./presence.ts";

let farm: TestFarm;
let worker: TestClient;
let dashboard: TestClient;
beforeEach(async () => {
  farm = makeTestFarm();
  dashboard = await farm.dashboard();
  worker = await farm.worker();
  dashboard.forget();
});
afterEach(() => farm.close());

const aboutDevice = v.object({
  device_id: v.optional(v.string()),
  reason: v.optional(v.string()),
  health_status: v.optional(v.string()),
  version: v.optional(v.number(), 0),
});

/** The dashboard's news since the last look, as `event device what`. */
function news(): string[] {
  const lines = dashboard.received.map(({ event, payload }) => {
    const { device_id: id, reason, health_status: health } = v.parse(aboutDevice, payload);
    const name = id === deviceA ? "A" : id === deviceB ? "B" : "other";
    return `${event} ${name} ${reason ?? health ?? ""}`.trim();
  });
  dashboard.forget();
  return lines;
}

async function pictures(client = dashboard): Promise<DeviceStatusUpdate[]> {
  const { devices } = v.parse(deviceListAnswer, await client.request("device:list"));
  return devices;
}
const deviceListAnswer = v.object({ devices: v.array(deviceStatusUpdate) });

describe("[B1] every heartbeat is answered", () => {
  test("with the time of receipt and the commands under way", async () => {
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    await dashboard.request("command:send", {
      command_id: "0b6d3a5e-7c1f-4f5e-9d55-2d8d3f1f0a01",
      device_id: deviceA,
      command_type: "screenshot",
    });
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    const receivedAt = new Date(farm.clock.now()).toISOString();
    expect(worker.all("worker:heartbeat:ack")).toEqual([
      { received_at: receivedAt, pending_commands: 0 },
      { received_at: receivedAt, pending_commands: 1 },
    ]);
  });
});

test("[B2] a heartbeat for another pc_id is refused and changes nothing", async () => {
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA)], "desk-2"));
  await eventually(() =>
    expect(worker.errors()).toMatchObject([{ code: "FORBIDDEN", details: { event: "worker:heartbeat" } }]),
  );
  expect(worker.all("worker:heartbeat:ack")).toEqual([]);
  expect(news()).toEqual([]);
  expect(await pictures()).toEqual([]);
});

describe("[B3] a new device is connected, then its status follows", () => {
  test("for the first time and again after it was gone", () => {
    for (const devices of [[phone(serialA)], [], [phone(serialA)]]) {
      worker.send("worker:heartbeat", heartbeatOf(devices));
    }
    expect(news()).toEqual([
      "device:connected A",
      "device:status:update A healthy",
      "device:disconnected A adb_lost",
      "device:status:update A offline",
      "device:connected A",
      "device:status:update A healthy",
    ]);
  });
});

test("[B7] a job's id may be any string, as the event document has it", () => {
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA, { current_job_id: "job-42" })]));
  expect(dashboard.last("device:status:update")).toMatchObject({ current_job_id: "job-42" });
});

test("[B4] a device that is missing from the next heartbeat is disconnected with adb_lost", () => {
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
  news();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialB)]));
  expect(news()).toEqual(["device:disconnected A adb_lost", "device:status:update A offline"]);
});

describe("[B5] a worker that is gone for 5 s takes its devices with it", () => {
  test("and not sooner", async () => {
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    news();
    worker.close();
    farm.clock.advance(workerGraceMs - 1);
    expect(news()).toEqual([]);
    farm.clock.advance(1);
    expect(news()).toEqual([
      "device:disconnected A worker_offline",
      "device:status:update A offline",
      "worker:status other",
    ]);
  });

  test("a worker that is back before that keeps them", async () => {
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    news();
    worker.close();
    farm.clock.advance(workerGraceMs - 1);
    await farm.worker();
    farm.clock.advance(workerGraceMs);
    expect(news()).toEqual([]);
  });

  test("dashboards hear when a worker comes and goes", () => {
    expect(farm.logLines).toContainEqual(expect.stringContaining("worker desk-1"));
    worker.close();
    farm.clock.advance(workerGraceMs);
    expect(dashboard.all("worker:status")).toMatchObject([{ pc_id: "desk-1", is_online: false }]);
  });
});

describe("[B6] health", () => {
  test("is zombie while ADB does not answer", () => {
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA, { adb_connected: false })]));
    expect(dashboard.last("device:status:update")).toMatchObject({ health_status: "zombie" });
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    expect(dashboard.last("device:status:update")).toMatchObject({ health_status: "healthy" });
  });

  test("is healthy for 15 s of silence, zombie to 60 s, then offline, and healthy again", () => {
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    news();
    farm.clock.advance(15_000);
    expect(news()).toEqual([]);
    farm.clock.advance(1000);
    expect(news()).toEqual(["device:status:update A zombie"]);
    farm.clock.advance(43_000);
    expect(news()).toEqual([]);
    farm.clock.advance(1000);
    expect(dashboard.last("device:status:update")).toMatchObject({ status: "offline" });
    expect(news()).toEqual(["device:status:update A offline"]);
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    expect(news()).toEqual(["device:status:update A healthy"]);
  });
});

describe("[B7] a change is one update", () => {
  const changes = {
    status: { status: "busy" },
    battery: { battery_level: 12 },
    job: { current_job_id: deviceB },
    facts: { model: "Pixel 8", screen: { width: 1080, height: 2400 } },
    state: { state: "ready" },
    problem: { problem: { code: "AUTH_PENDING" } },
  } as const;
  test.each(Object.entries(changes))("of %s", (_, change) => {
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    dashboard.forget();
    for (let time = 0; time < 2; time += 1) {
      worker.send("worker:heartbeat", heartbeatOf([phone(serialA, change)]));
    }
    expect(dashboard.received).toMatchObject([{ event: "device:status:update", payload: change }]);
  });

  test("and an unchanged heartbeat is none, though the device was seen", async () => {
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    news();
    farm.clock.advance(5000);
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    expect(news()).toEqual([]);
    expect(await pictures()).toMatchObject([{ last_seen_at: new Date(farm.clock.now()).toISOString() }]);
  });
});

describe("[D2] a serial number on two PCs at the same time", () => {
  const otherA = sharedSerialDeviceId("desk-2", serialA);

  test("gives the later device an id of its own and marks both", async () => {
    const second = await farm.worker("desk-2");
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    second.send("worker:heartbeat", heartbeatOf([phone(serialA)], "desk-2"));
    expect(await pictures()).toMatchObject([
      { device_id: deviceA, pc_id: "desk-1", is_serial_shared: true },
      { device_id: otherA, pc_id: "desk-2", is_serial_shared: true },
    ]);
    // What does not change is no news, shared or not.
    dashboard.forget();
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    expect(news()).toEqual([]);
    // When one goes the other is alone again, under the id it has.
    second.send("worker:heartbeat", heartbeatOf([], "desk-2"));
    expect((await pictures())[0]).not.toHaveProperty("is_serial_shared");
    // And whoever comes first next time, they are not swapped.
    worker.send("worker:heartbeat", heartbeatOf([]));
    second.send("worker:heartbeat", heartbeatOf([phone(serialA)], "desk-2"));
    expect(dashboard.last("device:connected")).toMatchObject({ device_id: otherA });
  });

  test("but a phone that moved to another PC keeps its id", async () => {
    const second = await farm.worker("desk-2");
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    worker.send("worker:heartbeat", heartbeatOf([]));
    second.send("worker:heartbeat", heartbeatOf([phone(serialA)], "desk-2"));
    expect(await pictures()).toMatchObject([{ device_id: deviceA, pc_id: "desk-2" }]);
  });
});

test("[D3] device:list answers devices and workers, and every later event has a greater version", async () => {
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  const answer = await dashboard.request("device:list", {});
  expect(answer).toMatchObject({
    ok: true,
    devices: [{ device_id: deviceA, version: expect.any(Number) }],
    workers: [{ pc_id: "desk-1", is_online: true }],
    now: new Date(farm.clock.now()).toISOString(),
    actor: "dashboard",
  });
  const [listed] = await pictures();
  dashboard.forget();
  for (const devices of [[phone(serialA, { status: "busy" })], [], [phone(serialA)]]) {
    worker.send("worker:heartbeat", heartbeatOf(devices));
  }
  const versions = dashboard.received.map(({ payload }) => v.parse(aboutDevice, payload).version);
  expect(versions).toHaveLength(5);
  const all = [listed?.version ?? Number.NaN, ...versions];
  expect(all).toEqual([...new Set(all)].toSorted((one, other) => one - other));
});

describe("[B3] a store that fails for a moment costs the next heartbeat nothing", () => {
  test.each([
    ["a device that comes", [], [phone(serialA)], ["device:connected A", "device:status:update A healthy"]],
    [
      "a change",
      [phone(serialA)],
      [phone(serialA, { battery_level: 3 })],
      ["device:status:update A healthy"],
    ],
    [
      "a device that goes",
      [phone(serialA)],
      [],
      ["device:disconnected A adb_lost", "device:status:update A offline"],
    ],
  ])("%s", async (_, before, after, told) => {
    worker.send("worker:heartbeat", heartbeatOf(before));
    news();
    vi.spyOn(farm.store, "saveDevice").mockImplementationOnce(() => {
      throw new Error("disk full");
    });
    const answer = await worker.request("worker:heartbeat", heartbeatOf(after));
    expect(answer).toMatchObject({ fault: { code: "INTERNAL" } });
    expect(news()).toEqual([]);
    worker.send("worker:heartbeat", heartbeatOf(after));
    expect(news()).toEqual(told);
  });
});

test("[D4] a worker with ever new serial numbers does not fill the relay: the longest gone are forgotten", async () => {
  const phonesOf = (round: number) =>
    Array.from({ length: 250 }, (_, index) => phone(`round ${round} phone ${index}`));
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  for (let round = 0; round < 6; round += 1) {
    farm.clock.advance(100);
    worker.send("worker:heartbeat", heartbeatOf([phone(serialB), ...phonesOf(round)]));
  }
  const known = (await pictures()).map(({ serial_number: serialNumber }) => serialNumber);
  const remembered = [serialB, ...[1, 2, 3, 4, 5].flatMap(phonesOf).map((one) => one.serial_number)];
  expect(known.toSorted()).toEqual(remembered.toSorted());
  expect(farm.store.listDevices()).toHaveLength(known.length);
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  expect(dashboard.last("device:status:update")).toMatchObject({ device_id: deviceA, status: "idle" });
});

test("[D5] a dashboard that connects hears every device, also one that is gone", async () => {
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
  worker.send("worker:heartbeat", heartbeatOf([phone(serialB)]));
  const late = await farm.dashboard();
  expect(late.received).toMatchObject([
    { event: "device:status:update", payload: { device_id: deviceA, health_status: "offline" } },
    { event: "device:status:update", payload: { device_id: deviceB, health_status: "healthy" } },
  ]);
});

test("a device that is gone keeps what it is and loses how it was, also when it comes back unread", async () => {
  const facts = { model: "Pixel 8", screen: { width: 1080, height: 2400 } };
  const full = phone(serialA, { ...facts, state: "busy", current_job_id: deviceB, battery_level: 60 });
  worker.send("worker:heartbeat", heartbeatOf([full]));
  worker.send("worker:heartbeat", heartbeatOf([]));
  const [gone] = await pictures();
  expect(gone).toMatchObject({ ...facts, battery_level: 60, status: "offline" });
  expect(gone).not.toHaveProperty("state");
  expect(gone).not.toHaveProperty("current_job_id");
  const unread = phone(serialA, { adb_connected: false, state: "authorizing" });
  for (let time = 0; time < 2; time += 1) worker.send("worker:heartbeat", heartbeatOf([unread]));
  expect((await pictures())[0]).toMatchObject({ ...facts, state: "authorizing", health_status: "zombie" });
});

test("a device that nobody was let into has USB's name only until it says its own", async () => {
  const usbName = { adb_connected: false, state: "authorizing", model: "SAMSUNG_Android" } as const;
  const model = async (): Promise<unknown> => (await pictures())[0]?.model;
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA, usbName)]));
  expect(await model()).toBe("SAMSUNG_Android");
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA, { model: "SM-S911B" })]));
  expect(await model()).toBe("SM-S911B");
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA, usbName)]));
  expect(await model()).toBe("SM-S911B");
});
