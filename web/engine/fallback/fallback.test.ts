import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { deviceIdOf, sharedSerialDeviceId } from "../../../protocol/device-id.ts";
import type { FallbackReport, RelayLinkState } from "../../../protocol/engine.ts";
import type { FallbackAccount } from "../../../protocol/fallback.ts";
import type { HeartbeatDevice } from "../../../protocol/heartbeat.ts";
import { makeRandom } from "../../../relay/testing/random.ts";
import { makeFallback } from "./fallback.ts";
import { makeFakeProject, type FakeProject } from "./testing/fake-project.ts";

let project: FakeProject;
const open: { close(): void }[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  project = makeFakeProject();
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const fallback of open.splice(0)) fallback.close();
  vi.useRealTimers();
});

const account = (more: Partial<FallbackAccount> = {}): FallbackAccount => ({
  url: "https://project.example",
  publishable_key: "sb_publishable_x",
  farm_id: "11111111-2222-4333-8444-555555555555",
  email: "pc@farm",
  password: "secret",
  workers: 1,
  messages_per_second: 50,
  ...more,
});
const connected: RelayLinkState = { kind: "connected", sinceMs: 0 };
const connecting: RelayLinkState = { kind: "connecting", sinceMs: 0, attempt: 1 };

function phone(serial: string, more: Partial<HeartbeatDevice> = {}): HeartbeatDevice {
  return { serial_number: serial, status: "idle", adb_connected: true, battery_level: 50, ...more };
}

/** A worker that the relay knows, with its phones; what is asked of the relay fails unless `isBack`. */
function makeWorker(pcId: string, phones: HeartbeatDevice[], given = account({ email: `${pcId}@farm` })) {
  const reports: (FallbackReport | undefined)[] = [];
  const world = { phones, reports, isBack: false, hurried: 0 };
  const fallback = makeFallback({
    pcId,
    makePlace: project.makePlace,
    devices: () => world.phones,
    isRelayThere: () => Promise.resolve(world.isBack),
    onRelayThere: () => (world.hurried += 1),
    onReport: (report) => void reports.push(report),
  });
  open.push(fallback);
  fallback.relayIs(connected);
  fallback.takeAccount(given);
  return Object.assign(world, { fallback });
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const rowOf = (serial: string) => project.devices.get(deviceIdOf(serial))?.row;
const writes = () => project.requests.filter((request) => request.includes("writes"));

describe("[U16] a worker has its session before it needs it", () => {
  test("signs in at a random moment within ten minutes", async () => {
    const moments: number[] = [];
    for (let pc = 0; pc < 40; pc += 1) makeWorker(`pc-${pc}`, []);
    for (let minute = 0; minute < 10; minute += 1) {
      await pass(60_000);
      moments.push(project.requests.length);
    }
    expect(moments.at(-1)).toBe(40);
    expect(moments.filter((count, index) => count > (moments[index - 1] ?? 0)).length).toBeGreaterThan(5);
  });

  test("a thousand PCs behind one address take longer; who is refused tries again", async () => {
    project.mayNotSignIn = true;
    makeWorker("desk", [], account({ workers: 1000 }));
    await pass(3_000_000);
    const tries = project.requests.length;
    expect(tries).toBeGreaterThanOrEqual(1);
    expect(tries).toBeLessThan(30);
    project.mayNotSignIn = false;
    await pass(3_000_000);
    expect(project.requests.length).toBe(tries + 1);
  });

  test("at once when the relay goes before that; and again with another account", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.99);
    const worker = makeWorker("desk", [phone("A")]);
    worker.fallback.relayIs(connecting);
    await pass(11_000);
    expect(project.requests).toEqual(["desk signs in", "desk is here", "desk reads", "desk writes 1"]);
    worker.fallback.relayIs(connected);
    worker.fallback.takeAccount(account({ password: "another" }));
    worker.fallback.relayIs(connecting);
    await pass(11_000);
    expect(project.requests.slice(4, 6)).toEqual(["desk closes", "desk signs in"]);
  });
});

describe("[U17] while the relay is away a worker reports by itself", () => {
  test("not sooner than 5 s after it was lost, and not any more when it is back", async () => {
    const worker = makeWorker("desk", [phone("A")]);
    worker.fallback.relayIs(connecting);
    await pass(4900);
    worker.fallback.relayIs(connected);
    await pass(60_000);
    expect(worker.reports).toEqual([]);
    worker.fallback.relayIs(connecting);
    await pass(11_000);
    expect(rowOf("A")).toMatchObject({ status: "idle", health_status: "healthy", battery_level: 50 });
    expect(worker.reports.at(-1)).toEqual({ kind: "reporting", sinceMs: 64_900 });
    worker.fallback.relayIs(connected);
    worker.phones = [];
    await pass(60_000);
    expect(rowOf("A")?.status).toBe("idle");
    expect(worker.reports.at(-1)).toBeUndefined();
  });

  test("a battery, an unplug and a replug, once each and at most every 5 s", async () => {
    const worker = makeWorker("desk", [phone("A"), phone("B")]);
    worker.fallback.relayIs(connecting);
    await pass(11_000);
    expect(writes()).toEqual(["desk writes 2"]);
    await pass(60_000);
    expect(writes()).toHaveLength(1);
    worker.phones = [phone("A", { battery_level: 49 }), phone("B")];
    await pass(6000);
    expect(rowOf("A")?.battery_level).toBe(49);
    worker.phones = [phone("B")];
    await pass(6000);
    expect(rowOf("A")).toMatchObject({ status: "offline", health_status: "offline", battery_level: 49 });
    worker.phones = [phone("A"), phone("B")];
    await pass(6000);
    expect(rowOf("A")?.status).toBe("idle");
    expect(writes().slice(1)).toEqual(["desk writes 1", "desk writes 1", "desk writes 1"]);
    project.requests.length = 0;
    for (let level = 100; level > 0; level -= 1) {
      worker.phones = [phone("A", { battery_level: level }), phone("B")];
      await pass(1000);
    }
    expect(writes().length).toBeGreaterThan(14);
    expect(writes().length).toBeLessThanOrEqual(20);
  });

  test("nothing that the project has already, and what it knows better is kept", async () => {
    const condition = { model: "Pixel 8", manufacturer: "Google", is_serial_shared: true };
    const kept = (serial: string, id = deviceIdOf(serial)) =>
      project.devices.set(id, {
        pcId: "desk",
        row: {
          device_id: id,
          serial_number: serial,
          status: "idle",
          health_status: "healthy",
          battery_level: 50,
          condition: serial === "A" ? condition : {},
        },
      });
    kept("A", sharedSerialDeviceId("desk", "A"));
    kept("B");
    const worker = makeWorker("desk", [phone("A"), phone("B")]);
    worker.fallback.relayIs(connecting);
    await pass(60_000);
    expect(writes()).toEqual([]);
    worker.phones = [phone("A", { adb_connected: false, status: "offline", model: "Android" }), phone("B")];
    await pass(6000);
    expect(project.devices.get(sharedSerialDeviceId("desk", "A"))?.row).toMatchObject({
      health_status: "zombie",
      condition,
    });
    worker.phones = [phone("B")];
    await pass(6000);
    expect(project.devices.get(sharedSerialDeviceId("desk", "A"))?.row.condition).toEqual({
      model: "Pixel 8",
      manufacturer: "Google",
    });
  });

  test("says that it is there, three times a minute at most", async () => {
    makeWorker("desk", []).fallback.relayIs(connecting);
    await pass(605_000);
    const said = project.requests.filter((request) => request === "desk is here").length;
    expect(said).toBeGreaterThan(20);
    expect(said).toBeLessThanOrEqual(31);
  });

  test("a relay that refuses this worker, or has another one in its place, ends it", async () => {
    const worker = makeWorker("desk", [phone("A")]);
    worker.fallback.relayIs(connecting);
    await pass(11_000);
    worker.fallback.relayIs({ kind: "refused", fault: { code: "FORBIDDEN", message: "another tab" } });
    worker.phones = [];
    await pass(60_000);
    expect(rowOf("A")?.status).toBe("idle");
  });

  test("a relay that answers again is connected to without waiting for the next turn", async () => {
    const worker = makeWorker("desk", []);
    worker.fallback.relayIs(connecting);
    await pass(30_000);
    expect(worker.hurried).toBe(0);
    worker.isBack = true;
    await pass(5000);
    expect(worker.hurried).toBe(1);
    worker.fallback.relayIs(connected);
    await pass(60_000);
    expect(worker.hurried).toBe(1);
  });

  test("a phone that was carried over is the same phone; one that only shares its serial number is another", async () => {
    const [from, to] = [makeWorker("desk-1", [phone("A"), phone("T")]), makeWorker("desk-2", [phone("T")])];
    from.fallback.relayIs(connecting);
    await pass(11_000);
    to.fallback.relayIs(connecting);
    await pass(11_000);
    from.phones = [phone("T")];
    to.phones = [phone("T"), phone("A")];
    await pass(40_000);
    expect(project.devices.get(deviceIdOf("A"))).toMatchObject({ pcId: "desk-2", row: { status: "idle" } });
    expect(project.devices.get(deviceIdOf("T"))?.pcId).toBe("desk-1");
    expect(project.devices.get(sharedSerialDeviceId("desk-2", "T"))?.pcId).toBe("desk-2");
    expect(project.devices.size).toBe(3);
  });
});

describe("[U17] a project that is away, too, is waited for", () => {
  test("ever longer, and said; what is written then is what is true then", async () => {
    const worker = makeWorker("desk", [phone("A")]);
    project.refusal = { reason: "503", isSignedOut: false };
    worker.fallback.relayIs(connecting);
    await pass(600_000);
    expect(worker.reports.at(-1)).toEqual({ kind: "failing", sinceMs: 0, reason: "503" });
    expect(project.requests.length).toBeLessThan(20);
    project.refusal = undefined;
    worker.phones = [phone("A", { battery_level: 3 })];
    await pass(75_000);
    expect(rowOf("A")?.battery_level).toBe(3);
    expect(worker.reports.at(-1)).toEqual({ kind: "reporting", sinceMs: 0 });
  });

  test("who is signed out signs in again", async () => {
    const worker = makeWorker("desk", [phone("A")]);
    worker.fallback.relayIs(connecting);
    await pass(11_000);
    project.refusal = { reason: "JWT expired", isSignedOut: true };
    await pass(30_000);
    project.refusal = undefined;
    project.requests.length = 0;
    await pass(40_000);
    expect(project.requests).toContain("desk signs in");
  });
});

describe("[U18] all workers together stay within the farm's messages", () => {
  /** Everything changes all the time, and the relay is lost by all at once: the worst that can be. */
  async function busiestSeconds(
    workers: number,
    phonesEach: number,
  ): Promise<{ worst: number; mean: number }> {
    const random = makeRandom(1);
    vi.spyOn(Math, "random").mockImplementation(() => random.next());
    const pcs = Array.from({ length: workers }, (_, pc) => {
      const given = account({ email: `${pc}@farm`, workers });
      return makeWorker(`pc-${pc}`, phonesOf(pc, 0), given);
    });
    function phonesOf(pc: number, level: number): HeartbeatDevice[] {
      return Array.from({ length: phonesEach }, (_, at) => phone(`${pc}-${at}`, { battery_level: level }));
    }
    for (const { fallback } of pcs) fallback.relayIs(connecting);
    const seconds = 120;
    for (let second = 0; second < seconds; second += 1) {
      for (const [pc, worker] of pcs.entries()) worker.phones = phonesOf(pc, second % 100);
      await pass(1000);
    }
    const perSecond = Array.from({ length: seconds }, () => 0);
    for (const atMs of project.messagesAtMs) {
      const second = Math.min(seconds - 1, Math.floor(atMs / 1000));
      perSecond[second] = (perSecond[second] ?? 0) + 1;
    }
    return { worst: Math.max(...perSecond), mean: project.messagesAtMs.length / seconds };
  }

  test.each([
    { devices: 1000, workers: 25 },
    { devices: 1000, workers: 250 },
    { devices: 5000, workers: 125 },
  ])("$devices devices on $workers PCs, in every second", async ({ devices, workers }) => {
    const { worst } = await busiestSeconds(workers, devices / workers);
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThanOrEqual(50);
  });

  test("a thousand PCs with a phone each, on the whole", async () => {
    const { worst, mean } = await busiestSeconds(1000, 1);
    expect(mean).toBeGreaterThan(10);
    expect(mean).toBeLessThan(50 * 0.7);
    expect(worst).toBeLessThan(75);
  });
});
