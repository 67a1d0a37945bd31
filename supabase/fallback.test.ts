import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deviceIdOf } from "../protocol/device-id.ts";
import { deviceStatusUpdate, type DeviceStatusUpdate } from "../protocol/device.ts";
import { fallbackAccount, type FallbackAccount, type FallbackChanges } from "../protocol/fallback.ts";
import type { HeartbeatDevice } from "../protocol/heartbeat.ts";
import { startRelay, type RunningRelay } from "../relay/start.ts";
import { connectSocketIo } from "../relay/testing/socket-io-client.ts";
import type { TestClient } from "../relay/testing/test-client.ts";
import { makeOwnRows } from "../web/engine/fallback/own-rows.ts";
import { makeSupabasePlace } from "../web/engine/fallback/supabase-place.ts";
import { makeSupabaseSource } from "../web/page/fallback/fallback-source.ts";
import { places, type TestProject } from "./testing/places.ts";

/** The relay, a worker's own reports and a dashboard's view of them, against a whole project. */

const tokens = { worker: "worker-token-of-the-tests", dashboard: "dashboard-token-of-the-tests" };
const [serialA, serialB] = ["R58N1", "R58N2"];
const never = new AbortController().signal;
function phone(serial: string, more: Partial<HeartbeatDevice> = {}): HeartbeatDevice {
  return { serial_number: serial, status: "idle", adb_connected: true, model: "Pixel 8", ...more };
}

function beat(client: TestClient, devices: HeartbeatDevice[], pcId = "desk-1"): void {
  client.send("worker:heartbeat", { pc_id: pcId, timestamp: new Date().toISOString(), devices });
}

async function accountOf(client: TestClient): Promise<FallbackAccount> {
  await expect.poll(() => client.last("fallback:account")).toBeDefined();
  return v.parse(fallbackAccount, client.last("fallback:account"));
}

type Timeless = Omit<DeviceStatusUpdate, "last_seen_at" | "version">;
function timeless(devices: DeviceStatusUpdate[]): Timeless[] {
  return devices
    .map(({ last_seen_at: _seen, version: _version, ...rest }) => rest)
    .toSorted((one, other) => one.serial_number.localeCompare(other.serial_number));
}

describe.each(places)("on $name", ({ isLocal, open }) => {
  let project: TestProject;
  let dataDir: string;
  let relay: RunningRelay | undefined;
  let clients: TestClient[];

  beforeAll(async () => {
    project = await open();
  });
  afterAll(() => project.close());
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "tabfarm-fallback-"));
    clients = [];
    await project.relay.from("devices").delete().eq("farm_id", project.farmId);
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    await relay?.close();
    relay = undefined;
    await rm(dataDir, { recursive: true });
  });

  async function openRelay(): Promise<void> {
    const supabase = { ...project, url: new URL(project.url) };
    relay = await startRelay({ host: "127.0.0.1", port: 0, dataDir, tokens, supabase });
  }

  async function connect(namespace: string, auth: Record<string, unknown>): Promise<TestClient> {
    const connected = await connectSocketIo(relay?.url ?? "", namespace, auth);
    if (!connected.ok) throw new Error(connected.fault.message);
    clients.push(connected.value);
    return connected.value;
  }

  const worker = (pcId = "desk-1") =>
    connect("/worker", { type: "worker", token: tokens.worker, pc_id: pcId });

  async function relays(): Promise<Timeless[]> {
    const dashboard = await connect("/dashboard", { type: "dashboard", token: tokens.dashboard });
    const answer = await dashboard.request("device:list", {});
    return timeless(v.parse(v.object({ devices: v.array(deviceStatusUpdate) }), answer).devices);
  }

  test("[U10, U14, U17, U20, U11] the whole way from a relay that goes to one that is back", async () => {
    await openRelay();
    const before = await worker();
    const problem = { code: "SLOW", detail: "\u0001 é 📱" } as const;
    beat(before, [phone(serialA, { battery_level: 50.5, problem }), phone(serialB)]);
    const person = await project.as("viewer");
    const source = makeSupabaseSource({ client: person, farmId: project.farmId });
    const seen = async (): Promise<Timeless[]> => {
      const told = await source.snapshot();
      return told.ok ? timeless(told.value.devices) : [];
    };
    const truth = await relays();
    await expect.poll(seen).toEqual(truth);
    const account = await accountOf(before);

    const heard: FallbackChanges[] = [];
    let isHearing = false;
    const stopListening = source.listen(
      (changes) => void heard.push(changes),
      (next) => (isHearing = next),
    );
    await expect.poll(() => isHearing).toBe(true);
    const place = makeSupabasePlace(account, "desk-1");
    expect(await place.signIn()).toEqual({ ok: true, value: undefined });

    await relay?.close();
    const kept = await place.read();
    const rows = makeOwnRows("desk-1", kept.ok ? kept.value : []);
    // What the relay wrote and what the worker would write of the same are the same.
    expect(rows.changed([phone(serialA, { battery_level: 50.5, problem }), phone(serialB)])).toEqual([]);
    expect(await place.sayHere(never)).toEqual({ ok: true, value: undefined });
    const report = async (devices: HeartbeatDevice[]): Promise<void> => {
      const changed = rows.changed(devices);
      const taken = await place.write(changed, never);
      expect(taken).toEqual({ ok: true, value: changed.map(({ device_id: id }) => id) });
      rows.written(
        changed,
        changed.map(({ device_id: id }) => id),
      );
    };
    await report([phone(serialA, { battery_level: 49 }), phone(serialB)]);
    await report([phone(serialB)]);
    await expect.poll(() => heard.length).toBe(2);
    const told = heard.map(({ devices }) => devices.map((each) => [each.serial_number, each.status]));
    expect(told).toEqual([[[serialA, "idle"]], [[serialA, "offline"]]]);
    expect(heard[1]?.devices[0]?.version).toBeGreaterThan(heard[0]?.devices[0]?.version ?? 0);
    stopListening();
    place.close();

    await openRelay();
    const again = await worker();
    beat(again, [phone(serialA, { battery_level: 47 }), phone(serialB)]);
    const newTruth = await relays();
    expect(newTruth[0]).toMatchObject({ status: "idle", battery_level: 47 });
    await expect.poll(seen).toEqual(newTruth);
    expect((await accountOf(again)).password).toBe(account.password);
  });

  test.runIf(isLocal)("[U11] what a worker wrote with a version from the future is overtaken", async () => {
    const { sql } = project;
    assert(sql);
    await openRelay();
    const client = await worker();
    beat(client, [phone(serialA)]);
    const id = deviceIdOf(serialA);
    const row = async () => (await sql`select * from devices where device_id = ${id}`)[0];
    await expect.poll(row).toMatchObject({ status: "idle", reported_by: "relay" });
    await sql`alter table devices disable trigger judge_device`;
    await sql`update devices set version = version + 600000, status = 'offline', reported_by = 'worker'`;
    await sql`alter table devices enable trigger judge_device`;
    const ahead = Number((await row())?.["version"]);
    beat(client, [phone(serialA, { battery_level: 12 })]);
    await expect.poll(row).toMatchObject({ status: "idle", battery_level: 12, reported_by: "relay" });
    expect(Number((await row())?.["version"])).toBeGreaterThan(ahead);
  });

  test("[U14] a worker's account writes its own PC's rows and nothing else, and ends with the next one", async () => {
    await openRelay();
    const account = await accountOf(await worker("desk-7"));
    const other = makeSupabasePlace(account, "desk-1");
    expect(await other.signIn()).toMatchObject({ ok: true });
    const [row] = makeOwnRows("desk-1", []).changed([phone(serialA)]);
    expect(await other.write(row === undefined ? [] : [row], never)).toMatchObject({ ok: false });
    expect((await project.relay.from("devices").select().eq("farm_id", project.farmId)).data).toEqual([]);
    other.close();
    await relay?.close();
    await rm(dataDir, { recursive: true });
    dataDir = await mkdtemp(join(tmpdir(), "tabfarm-fallback-"));
    // A relay that lost its memory makes another one.
    await openRelay();
    const newer = await accountOf(await worker("desk-7"));
    expect(newer.email).not.toBe(account.email);
    const former = makeSupabasePlace(account, "desk-7");
    expect(await former.signIn()).toMatchObject({ ok: false });
    former.close();
  });

  test("[U10] groups, and devices that are forgotten", async () => {
    await openRelay();
    const client = await worker();
    beat(client, [phone(serialA), phone(serialB)]);
    const dashboard = await connect("/dashboard", { type: "dashboard", token: tokens.dashboard });
    await dashboard.request("group:save", { name: "shelf", device_ids: [deviceIdOf(serialA)] });
    const members = async () =>
      (await project.relay.from("group_devices").select("group_name,device_id").eq("farm_id", project.farmId))
        .data;
    await expect.poll(members).toEqual([{ group_name: "shelf", device_id: deviceIdOf(serialA) }]);
    await dashboard.request("group:delete", { name: "shelf" });
    await expect.poll(members).toEqual([]);
    beat(client, [phone(serialB)]);
    await dashboard.request("device:remove", { device_id: deviceIdOf(serialA) });
    await expect
      .poll(
        async () =>
          (await project.relay.from("devices").select("serial_number").eq("farm_id", project.farmId)).data,
      )
      .toEqual([{ serial_number: serialB }]);
  });
});
