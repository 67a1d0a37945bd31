import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as v from "valibot";
import { deviceStatusUpdate } from "../../protocol/device.ts";
import { deviceIdOf } from "../../protocol/device-id.ts";
import { makeFakeMirrorPlace, type FakeMirrorPlace } from "../testing/fake-mirror-place.ts";
import { makeManualClock, type ManualClock } from "../testing/manual-clock.ts";
import type { TestClient } from "../testing/test-client.ts";
import {
  deviceA,
  deviceB,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  serialB,
  strangeDevice,
  type TestFarm,
} from "../testing/test-farm.ts";

let clock: ManualClock;
let place: FakeMirrorPlace;
let farm: TestFarm;
let worker: TestClient;

beforeEach(async () => {
  clock = makeManualClock();
  place = makeFakeMirrorPlace(clock);
  farm = makeTestFarm({ clock, mirrorPlace: place });
  worker = await farm.worker();
});
afterEach(() => farm.close());

/** Lets what is under way come to its end, and time pass, in small steps. The worker's heart beats. */
async function pass(durationMs: number, beat?: () => void): Promise<void> {
  for (let gone = 0; gone < durationMs; gone += 250) {
    if (gone % 5000 === 0) beat?.();
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(250);
  }
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function beat(...phones: ReturnType<typeof phone>[]): void {
  worker.send("worker:heartbeat", heartbeatOf(phones));
}

const timeless = { last_seen_at: "", version: 0 };
/** What the place has, less what only time changes. */
function kept() {
  return Array.from(place.devices.values(), ({ picture }) => ({ ...picture, ...timeless }));
}
async function known() {
  const answer = await (await farm.dashboard()).request("device:list");
  const { devices } = v.parse(v.object({ devices: v.array(deviceStatusUpdate) }), answer);
  return devices.map((picture) => ({ ...picture, ...timeless }));
}
const asked = (name: string) => place.requests.filter((request) => request.startsWith(`${name} `));

describe("[U10] what changes is written", () => {
  test("the newest of it, about once a second, and nothing for a heartbeat without news", async () => {
    const well = () => beat(phone(serialA, { battery_level: 50 }), phone(serialB));
    well();
    await pass(5000);
    expect(kept()).toEqual(await known());
    place.requests.length = 0;
    await pass(50_000, well);
    expect(asked("devices")).toEqual([]);
    for (let level = 49; level > 40; level -= 1) {
      beat(phone(serialA, { battery_level: level }), phone(serialB));
      await pass(3000);
    }
    expect(asked("devices").length).toBeLessThanOrEqual(9);
    beat(phone(serialA, { battery_level: 30 }));
    beat(phone(serialA, { battery_level: 29 }));
    place.requests.length = 0;
    await pass(1500);
    expect(asked("devices")).toEqual(["devices 2"]);
    expect(kept()).toEqual(await known());
  });

  test("five thousand at once in batches, one request a second", async () => {
    const serials = Array.from({ length: 250 }, (_, index) => `S-${index}`);
    for (let pc = 0; pc < 20; pc += 1) {
      const other = await farm.worker(`pc-${pc}`);
      const phones = serials.map((serial) => phone(`${pc}-${serial}`));
      other.send("worker:heartbeat", heartbeatOf(phones, `pc-${pc}`));
    }
    await pass(14_500);
    expect(place.devices.size).toBe(5000);
    expect(asked("devices")).toEqual(Array.from({ length: 10 }, () => "devices 500"));
    expect(place.requests.length).toBeLessThanOrEqual(15);
  });

  test("who is there is said again once a minute, in one request", async () => {
    beat(phone(serialA));
    await pass(62_000, () => beat(phone(serialA)));
    place.requests.length = 0;
    await pass(180_000, () => beat(phone(serialA)));
    expect(place.requests).toEqual(["workers 1", "workers 1", "workers 1"]);
    worker.close();
    await pass(7000);
    expect(place.workers.get("desk-1")).toMatchObject({ is_online: false });
  });

  test("a device that is forgotten is forgotten there", async () => {
    beat(phone(serialA), phone(serialB));
    await pass(5000);
    beat(phone(serialB));
    await (await farm.dashboard()).request("device:remove", { device_id: deviceA });
    await pass(3000);
    expect([...place.devices.keys()]).toEqual([deviceB]);
  });

  test("groups too, and their end", async () => {
    const dashboard = await farm.dashboard();
    await dashboard.request("group:save", { name: "shelf", device_ids: [deviceA] });
    await pass(3000);
    expect([...place.groups.values()]).toEqual([{ name: "shelf", device_ids: [deviceA] }]);
    await dashboard.request("group:delete", { name: "shelf" });
    await pass(3000);
    expect(place.groups.size).toBe(0);
  });
});

describe("[U11] of two pictures the greater version counts", () => {
  test("what a worker wrote is overtaken by what the relay knows now, whatever the clocks say", async () => {
    place.aheadMs = 600_000;
    beat(phone(serialA));
    await pass(5000);
    place.workerWrites({
      device_id: deviceA,
      serial_number: serialA,
      pc_id: "desk-1",
      status: "offline",
      health_status: "offline",
    });
    const written = place.devices.get(deviceA)?.picture.version ?? 0;
    beat(phone(serialA, { battery_level: 9 }));
    await pass(5000);
    expect(asked("versions")).toEqual(["versions 1"]);
    const row = place.devices.get(deviceA);
    expect(row).toMatchObject({ reportedBy: "relay", picture: { status: "idle", battery_level: 9 } });
    expect(row?.picture.version).toBeGreaterThan(written);
    expect(farm.store.listDevices()[0]?.version).toBe(row?.picture.version);
  });

  test("a write that was on its way when the relay came back does not stay", async () => {
    const well = () => beat(phone(serialA));
    well();
    await pass(70_000, well);
    worker.close();
    worker = await farm.worker();
    well();
    await pass(2000);
    place.workerWrites({
      device_id: deviceA,
      serial_number: serialA,
      pc_id: "desk-1",
      status: "busy",
      health_status: "healthy",
    });
    await pass(45_000, well);
    expect(place.devices.get(deviceA)?.picture.status).toBe("idle");
  });

  test("times are by the place's clock", async () => {
    place.aheadMs = -600_000;
    beat(phone(serialA));
    await pass(3000);
    const seenAt = Date.parse(place.devices.get(deviceA)?.picture.last_seen_at ?? "");
    expect(clock.now() - 600_000 - seenAt).toBeLessThan(5000);
    expect(clock.now() - 600_000 - seenAt).toBeGreaterThanOrEqual(0);
  });
});

describe("[U12] both sides agree soon after the start", () => {
  const strange = {
    device_id: strangeDevice,
    serial_number: "of before",
    pc_id: "desk-9",
    status: "idle",
    health_status: "healthy",
    last_seen_at: "2026-11-20T00:00:00.000Z",
    version: 1,
  } as const;

  test("also about devices that are no more, and groups", async () => {
    place.devices.set(strangeDevice, { picture: strange, reportedBy: "relay" });
    place.groups.set("of before", { name: "of before", device_ids: [] });
    beat(phone(serialA));
    await pass(70_000, () => beat(phone(serialA)));
    expect(kept()).toEqual(await known());
    expect(place.groups.size).toBe(0);
  });

  test("what was seen a moment ago is left to who saw it", async () => {
    place.workerWrites(strange);
    await pass(70_000);
    expect(place.devices.has(strangeDevice)).toBe(true);
    await pass(3_700_000);
    expect(place.devices.has(strangeDevice)).toBe(false);
  });

  test("what this relay only remembers is left alone for a minute, and said then", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tabfarm-mirror-"));
    const restart = (): void => {
      farm.close();
      farm = makeTestFarm({ clock, mirrorPlace: place, storePath: join(folder, "store.sqlite") });
    };
    restart();
    worker = await farm.worker();
    beat(phone(serialA));
    await pass(5000);
    restart();
    place.workerWrites({ ...strange, device_id: deviceA, serial_number: serialA, pc_id: "desk-1" });
    await pass(55_000);
    expect(place.devices.get(deviceA)).toMatchObject({ reportedBy: "worker", picture: { status: "idle" } });
    await pass(15_000);
    expect(place.devices.get(deviceA)).toMatchObject({ reportedBy: "relay", picture: { status: "offline" } });
    rmSync(folder, { recursive: true });
  });
});

describe("[U13] a project that is away costs the relay nothing", () => {
  test("the waits grow, what waits is every device once, and the newest is written", async () => {
    await pass(2000);
    place.requests.length = 0;
    place.refuse = () => ({ kind: "not now", reason: "503" });
    let level = 0;
    const drain = () => beat(phone(serialA, { battery_level: (level += 1) % 100 }));
    await pass(3_600_000, drain);
    expect(place.requests.length).toBeLessThan(90);
    expect(farm.census().devicesUnmirrored).toBe(1);
    expect(farm.logLines.filter((line) => line.includes("no device status")).length).toBeLessThan(10);
    place.refuse = () => undefined;
    await pass(65_000, drain);
    expect(kept()).toEqual(await known());
    expect(farm.logLines.join()).toContain("takes device status again");
  });

  test("a slow one is asked for fewer at a time", async () => {
    const phones = Array.from({ length: 200 }, (_, index) => phone(`S-${index}`));
    place.refuse = (name, ids) =>
      name === "devices" && ids.length > 60 ? { kind: "too slow", reason: "no answer" } : undefined;
    beat(...phones);
    await pass(60_000, () => beat(...phones));
    expect(place.devices.size).toBe(200);
  });

  test("a device that it refuses does not hold up the others, and is named", async () => {
    const bad = deviceIdOf("S-13");
    const phones = Array.from({ length: 40 }, (_, index) => phone(`S-${index}`));
    place.refuse = (name, ids) =>
      name === "devices" && ids.includes(bad) ? { kind: "refused", reason: "22P05" } : undefined;
    beat(...phones);
    await pass(50_000, () => beat(...phones));
    expect(place.devices.size).toBe(39);
    expect(farm.logLines.join()).toContain(`refuses the status of device ${bad}`);
  });
});
