// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DeviceStatusUpdate } from "../../../protocol/device.ts";
import { joinDashboardLink, type DashboardLink } from "../link/dashboard-link.ts";
import { fakeRelay, makeFakeViewer } from "../link/fake-viewer.ts";
import { makeFakeWire, type FakeWire } from "../link/fake-wire.ts";
import { listReply } from "../link/list-reply.ts";
import { makeFakeSource, type FakeSource } from "./fake-source.ts";

const a = "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11";
const b = "6b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b12";
const startMs = Date.parse("2026-11-23T04:00:00.000Z");

/** What the clocks of the relay and of the project are ahead of this browser's. */
let relayAheadMs: number;
let projectAheadMs: number;
const relayTime = (agoMs = 0) => new Date(Date.now() + relayAheadMs - agoMs).toISOString();
const projectTime = (agoMs = 0) => new Date(Date.now() + projectAheadMs - agoMs).toISOString();

function device(id: string, version: number, more: Partial<DeviceStatusUpdate> = {}): DeviceStatusUpdate {
  return {
    device_id: id,
    serial_number: `S-${id[0]}`,
    pc_id: "desk-1",
    status: "idle",
    health_status: "healthy",
    last_seen_at: projectTime(60_000),
    version,
    ...more,
  };
}

let main: FakeWire;
let source: FakeSource;
let link: DashboardLink;

async function open(devices: DeviceStatusUpdate[], isSignedIn = true): Promise<void> {
  main = makeFakeWire();
  source = makeFakeSource(projectTime);
  link = joinDashboardLink(
    () => main,
    makeFakeViewer(),
    fakeRelay,
    () => (isSignedIn ? source : undefined),
  );
  main.accept();
  await list(devices);
}

async function list(devices: DeviceStatusUpdate[]): Promise<void> {
  main.answer("device:list", listReply({ devices, now: relayTime() }));
  await pass(0);
}

async function lose(): Promise<void> {
  main.drop();
  for (const waitMs of [0, 300, 1000]) {
    await pass(waitMs);
    main.refuse();
  }
  await pass(0);
}

function snapshot(devices: DeviceStatusUpdate[], workers = [{ pc_id: "desk-1", agoMs: 1000 }]): void {
  source.answer = {
    now: projectTime(),
    devices,
    workers: workers.map(({ pc_id, agoMs }) => ({
      pc_id,
      is_online: true,
      last_seen_at: projectTime(agoMs),
    })),
    groups: [],
  };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const levels = () => Object.values(link.book.devices).map((each) => each.battery_level);

beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
  vi.spyOn(Math, "random").mockReturnValue(0);
  [relayAheadMs, projectAheadMs] = [0, 0];
});
afterEach(() => {
  link.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("[U20] after its three quick tries a dashboard sees the farm through Supabase", () => {
  test("not before, and not any more when the relay is back, whose list is the truth then", async () => {
    await open([device(a, 5, { battery_level: 50 })]);
    main.drop();
    await pass(0);
    expect([source.asked, link.state.fallback.kind]).toEqual([0, "off"]);
    main.accept();
    await list([device(a, 5, { battery_level: 50 })]);
    const lostMs = Date.now();
    snapshot([device(a, 6, { battery_level: 40 }), device(b, 1)]);
    await lose();
    expect(link.state.fallback).toEqual({ kind: "live", sinceMs: lostMs });
    expect(levels()).toEqual([40, undefined]);
    main.accept();
    expect(link.state.fallback.kind).toBe("off");
    await list([device(a, 3, { battery_level: 39 })]);
    expect(levels()).toEqual([39]);
    source.tell({ devices: [device(a, 99, { battery_level: 1 })] });
    await pass(300_000);
    expect(levels()).toEqual([39]);
    expect(source.isListenedTo).toBe(false);
  });

  test("who has no session is told what is known, as before", async () => {
    await open([device(a, 5)], false);
    await lose();
    expect(link.state.fallback.kind).toBe("off");
    expect(link.state.connection.kind).toBe("down");
  });

  test("a project that does not answer is said and tried again, ever more seldom", async () => {
    await open([]);
    source.answer = "503";
    await lose();
    expect(link.state.fallback).toEqual({ kind: "failing", reason: "503" });
    await pass(600_000);
    expect(source.asked).toBeLessThan(20);
    snapshot([device(a, 1)]);
    await pass(60_000);
    expect(link.state.fallback.kind).toBe("live");
  });
});

describe("[U21] what is heard", () => {
  test("changes what is shown, in the order of versions, however it arrives", async () => {
    await open([device(a, 5, { battery_level: 50 })]);
    snapshot([device(a, 5, { battery_level: 50 })]);
    await lose();
    source.tell({ devices: [device(a, 8, { battery_level: 48 })] });
    source.tell({ devices: [device(a, 7, { battery_level: 49 })] });
    expect(levels()).toEqual([48]);
  });

  test("a phone that goes is said to be unplugged, one that was gone is not", async () => {
    const gone = { status: "offline", health_status: "offline" } as const;
    await open([device(a, 5), device(b, 5, gone)]);
    await lose();
    source.tell({ devices: [device(a, 6, gone), device(b, 6, gone)] });
    expect(link.book.devices[a]?.disconnect_reason).toBe("adb_lost");
    expect(link.book.devices[b]?.disconnect_reason).toBeUndefined();
    source.tell({ devices: [device(a, 7)] });
    expect(link.book.devices[a]?.disconnect_reason).toBeUndefined();
  });

  test("once it is heard the snapshot is taken again, and from then on once a minute", async () => {
    await open([]);
    await lose();
    source.hear();
    await pass(0);
    expect(source.asked).toBe(2);
    snapshot([device(a, 1)]);
    await pass(59_999);
    expect(source.asked).toBe(2);
    await pass(1);
    expect(levels()).toHaveLength(1);
    source.hear(false);
    await pass(75_000);
    expect(source.asked).toBe(5);
  });

  test("nothing is asked for a page that is hidden, but when it is seen again", async () => {
    await open([]);
    await lose();
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    await pass(600_000);
    expect(source.asked).toBe(1);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    await pass(0);
    expect(source.asked).toBe(2);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(source.asked).toBe(2);
  });

  test("a device that is removed stays away, also from a snapshot that was under way", async () => {
    await open([device(a, 5), device(b, 5)]);
    snapshot([device(a, 5), device(b, 6)]);
    await lose();
    source.tell({ removed: [{ device_id: a, version: 5 }] });
    source.hear();
    await pass(0);
    expect(Object.keys(link.book.devices)).toEqual([b]);
    snapshot([]);
    await pass(60_000);
    // Only the project told of it, and now it does not.
    expect(Object.keys(link.book.devices)).toEqual([]);
  });

  test("a device that the project has not got yet is not taken away", async () => {
    await open([device(a, 5), device(b, 7)]);
    snapshot([device(a, 5)]);
    await lose();
    expect(Object.keys(link.book.devices)).toEqual([a, b]);
  });
});

describe.each([
  [0, 0],
  [600_000, 0],
  [-600_000, 0],
  [0, 600_000],
  [600_000, -600_000],
])("with the relay's clock %i ms ahead and the project's %i", (relay, project) => {
  test("[U22] what a worker writes after the relay is gone is news, what was mirrored before is not", async () => {
    [relayAheadMs, projectAheadMs] = [relay, project];
    // Told by the relay a moment before it died, and not mirrored any more: the project has the picture of before.
    const told = Date.now() + relayAheadMs;
    const seen = { last_seen_at: relayTime() };
    await open([device(a, told, { battery_level: 50, ...seen })]);
    snapshot([device(a, told - 90_000, { battery_level: 51, last_seen_at: projectTime(1000) })]);
    await lose();
    expect(levels()).toEqual([50]);
    await pass(8000);
    const version = Math.max(Date.now() + projectAheadMs, told - 90_000 + 1);
    source.tell({ devices: [device(a, version, { battery_level: 49, last_seen_at: projectTime() })] });
    expect(levels()).toEqual([49]);
    source.tell({ devices: [device(a, version + 1, { battery_level: 48, last_seen_at: projectTime() })] });
    source.tell({ devices: [device(a, version, { battery_level: 49, last_seen_at: projectTime() })] });
    expect(levels()).toEqual([48]);
  });

  test("[U22] ages are true", async () => {
    [relayAheadMs, projectAheadMs] = [relay, project];
    await open([]);
    const seen = { last_seen_at: projectTime(30_000) };
    snapshot([device(a, 1, seen)], [{ pc_id: "desk-1", agoMs: 10_000 }]);
    await lose();
    const ageOf = (time: string | undefined) => link.relayNowMs() - Date.parse(time ?? "");
    expect(ageOf(link.book.devices[a]?.last_seen_at)).toBe(31_300);
    expect(ageOf(link.book.workers["desk-1"]?.last_seen_at)).toBe(11_300);
  });
});
