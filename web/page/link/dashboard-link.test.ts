// @vitest-environment happy-dom
import { createEffect, createRoot, on } from "solid-js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DeviceStatusUpdate } from "../../../protocol/device.ts";
import { joinDashboardLink } from "./dashboard-link.ts";
import { fakeRelay, makeFakeViewer } from "./fake-viewer.ts";
import { makeFakeWire, type FakeWire } from "./fake-wire.ts";
import { listReply } from "./list-reply.ts";

const a = "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11";
const b = "6b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b12";

function device(id: string, version: number, more: Partial<DeviceStatusUpdate> = {}): DeviceStatusUpdate {
  return {
    device_id: id,
    serial_number: `S-${id[0]}`,
    pc_id: "desk-1",
    status: "idle",
    health_status: "healthy",
    last_seen_at: "2026-11-23T04:20:00.000Z",
    version,
    ...more,
  };
}

function open() {
  const main = makeFakeWire();
  const viewer = makeFakeViewer();
  const link = joinDashboardLink(() => main, viewer, fakeRelay);
  const faults: string[] = [];
  link.onFault((fault) => faults.push(fault.code));
  return { main, viewer, link, faults };
}

async function openListed(devices: DeviceStatusUpdate[]) {
  const opened = open();
  opened.main.accept();
  opened.main.answer("device:list", listReply({ devices }));
  await vi.advanceTimersByTimeAsync(0);
  return opened;
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-23T04:00:00.000Z") });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("connecting", () => {
  test("[N1] a lost connection is tried again at once, three times, then every 5 s with the time it was lost", async () => {
    const { main, link } = await openListed([]);
    expect(main.attempts).toBe(1);
    main.drop();
    const lostAtMs = Date.now();
    for (const [waitMs, attempts] of [
      [0, 2],
      [300, 3],
      [1000, 4],
    ] as const) {
      expect(link.state.connection.kind).toBe("reconnecting");
      await vi.advanceTimersByTimeAsync(waitMs);
      expect(main.attempts).toBe(attempts);
      main.refuse();
    }
    expect(link.state.connection).toEqual({
      kind: "down",
      sinceMs: lostAtMs,
      nextTryAtMs: Date.now() + 5000,
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect(main.attempts).toBe(5);
    main.refuse();
    link.retry();
    expect(main.attempts).toBe(6);
    main.accept();
    expect(link.state.connection.kind).toBe("connected");
  });

  test("[H2, N1] a refused token is told and not tried again", async () => {
    const { main, link } = open();
    main.refuse({ code: "AUTH_FAILED", message: "wrong token" });
    expect(link.state.connection).toEqual({
      kind: "refused",
      fault: { code: "AUTH_FAILED", message: "wrong token" },
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(main.attempts).toBe(1);
  });

  test("[N1] a refusal for too many tries is waited for, and said", async () => {
    const { main, link } = open();
    const fault = { code: "RATE_LIMITED", message: "too many wrong tokens from this address" };
    main.refuse(fault);
    expect(link.state.connection).toMatchObject({ kind: "down", fault });
    await vi.advanceTimersByTimeAsync(14_999);
    expect(main.attempts).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(main.attempts).toBe(2);
    main.accept();
    expect(link.state.connection.kind).toBe("connected");
  });

  test("[N1] a token that ends while it is connected is told and not tried again", async () => {
    const { main, link } = await openListed([]);
    const fault = { code: "AUTH_FAILED", message: "the token has expired" };
    main.expel(fault);
    expect(link.state.connection).toEqual({ kind: "refused", fault });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(main.attempts).toBe(1);
  });

  test("a refusal that the relay did not hang up for leaves the connection as it is", async () => {
    const { main, link } = await openListed([]);
    main.receive("error", { code: "AUTH_FAILED", message: "that renewal is for somebody else" });
    main.drop();
    expect(link.state.connection.kind).toBe("reconnecting");
  });

  test("[N2] a command that is open when the relay goes is heard of again when it is back", async () => {
    const { main, link } = await openListed([device(a, 1)]);
    const sent = link.send({ type: "screenshot", deviceIds: [a] });
    main.drop();
    await vi.advanceTimersByTimeAsync(0);
    main.accept();
    expect(main.sent.filter(({ name }) => name === "command:watch").map(({ payload }) => payload)).toEqual([
      { command_ids: [sent.id] },
    ]);
    main.answer("command:watch", { ok: true, unknown: [] });
    main.receive("command:ack", { command_id: sent.id, device_id: a, status: "completed" });
    expect((await sent.ended).targets).toMatchObject([{ status: "completed" }]);
  });

  test("[D3, N2] every connection asks for the list anew, and the list replaces what was known", async () => {
    const { main, link } = await openListed([device(a, 7), device(b, 3)]);
    expect(Object.keys(link.book.devices)).toEqual([a, b]);
    expect(link.state.actor).toBe("olga");
    main.drop();
    await vi.advanceTimersByTimeAsync(0);
    main.accept();
    // A relay whose store was wiped counts from 1 again.
    main.answer("device:list", listReply({ devices: [device(a, 1)] }));
    await vi.advanceTimersByTimeAsync(0);
    expect(Object.keys(link.book.devices)).toEqual([a]);
    expect(link.book.devices[a]?.version).toBe(1);
  });

  test("ages are measured with the relay's clock", async () => {
    const { link } = await openListed([]);
    expect(link.relayNowMs() - Date.now()).toBe(20 * 60 * 1000);
  });
});

describe("[D3, N3] once a minute the list finds what the events missed", () => {
  beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0.5));
  afterEach(() => void vi.restoreAllMocks());
  const asked = (main: FakeWire) => main.sent.filter(({ name }) => name === "device:list").length;

  test("a device that changed, one that came, one that went", async () => {
    const { main, link } = await openListed([device(a, 5), device(b, 2)]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked(main)).toBe(2);
    const c = "7b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b13";
    main.answer("device:list", listReply({ devices: [device(a, 6, { battery_level: 7 }), device(c, 1)] }));
    await vi.advanceTimersByTimeAsync(0);
    expect(Object.keys(link.book.devices)).toEqual([a, c]);
    expect(link.book.devices[a]?.battery_level).toBe(7);
  });

  test("an event that overtook the list is newer than it", async () => {
    const { main, link } = await openListed([device(a, 5)]);
    await vi.advanceTimersByTimeAsync(60_000);
    main.receive("device:status:update", device(a, 6, { battery_level: 49 }));
    main.answer("device:list", listReply({ devices: [device(a, 5, { battery_level: 50 })] }));
    await vi.advanceTimersByTimeAsync(0);
    expect(link.book.devices[a]).toMatchObject({ version: 6, battery_level: 49 });
  });

  test("what has not changed is not touched", async () => {
    const { main, link } = await openListed([device(a, 5)]);
    const before = link.book.devices[a];
    let changes = 0;
    createRoot((dispose) => {
      createEffect(
        on(
          () => ({ ...link.book.devices[a] }),
          () => (changes += 1),
          { defer: true },
        ),
      );
      return dispose;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    main.answer("device:list", listReply({ devices: [device(a, 5)] }));
    await vi.advanceTimersByTimeAsync(0);
    expect(link.book.devices[a]).toBe(before);
    expect(changes).toBe(0);
  });

  test("not while the page is hidden, but when it is seen again; and not without a connection", async () => {
    const { main } = await openListed([]);
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked(main)).toBe(1);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(asked(main)).toBe(2);
    main.drop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked(main)).toBe(2);
  });
});

describe("leases and groups", () => {
  const lease = {
    device_id: a,
    actor: "anna",
    taken_at: "2026-11-23T04:20:00.000Z",
    expires_at: "2026-11-23T04:30:00.000Z",
  };

  test("who holds what comes with the list and changes with its events, each told with who held it before", async () => {
    const { main, link } = open();
    main.accept();
    main.answer("device:list", listReply({ leases: [lease] }));
    await vi.advanceTimersByTimeAsync(0);
    expect(link.leases.held[a]?.actor).toBe("anna");
    const news: unknown[] = [];
    link.onLease((change) => news.push(change));
    const mine = { ...lease, actor: "olga" };
    main.receive("lease:changed", { device_id: a, change: "taken_over", lease: mine });
    expect(link.leases.held[a]).toEqual(mine);
    main.receive("lease:changed", { device_id: a, change: "dropped" });
    expect(link.leases.held).toEqual({});
    expect(news).toMatchObject([{ change: "taken_over", before: { actor: "anna" } }, { before: mine }]);
  });

  test("a warning holds until the hold is kept or has ended", async () => {
    const { main, link } = await openListed([]);
    main.receive("lease:expiring", { device_id: a, expires_at: lease.expires_at });
    expect(link.leases.expiring).toEqual({ [a]: lease.expires_at });
    main.receive("lease:changed", { device_id: a, change: "extended", lease });
    expect(link.leases.expiring).toEqual({});
  });

  test("groups come with the list and change with their events", async () => {
    const { main, link } = open();
    main.accept();
    main.answer("device:list", listReply({ groups: [{ name: "shelf 10", device_ids: [a] }] }));
    await vi.advanceTimersByTimeAsync(0);
    main.receive("group:changed", { name: "shelf 2", device_ids: [b] });
    expect(link.groups.groups.map(({ name }) => name)).toEqual(["shelf 2", "shelf 10"]);
    main.receive("group:changed", { name: "shelf 10" });
    expect(link.groups.groups).toEqual([{ name: "shelf 2", device_ids: [b] }]);
  });
});

describe("[D3] an event that is older than what is known changes nothing", () => {
  test("a late status", async () => {
    const { main, link } = await openListed([device(a, 5, { battery_level: 50 })]);
    main.receive("device:status:update", device(a, 6, { battery_level: 49 }));
    main.receive("device:status:update", device(a, 5, { battery_level: 51 }));
    expect(link.book.devices[a]?.battery_level).toBe(49);
  });

  test("and fields that a newer one does not have are gone", async () => {
    const { main, link } = await openListed([device(a, 5, { problem: { code: "IN_USE" } })]);
    main.receive("device:status:update", device(a, 6));
    expect(link.book.devices[a]?.problem).toBeUndefined();
  });

  test("a disconnection keeps its reason until the device is back", async () => {
    const { main, link } = await openListed([device(a, 5)]);
    const ids = { device_id: a, serial_number: "S-5" };
    main.receive("device:disconnected", { ...ids, reason: "adb_lost", version: 6 });
    main.receive("device:status:update", device(a, 7, { status: "offline", health_status: "offline" }));
    expect(link.book.devices[a]).toMatchObject({ health_status: "offline", disconnect_reason: "adb_lost" });
    main.receive("device:connected", { ...ids, pc_id: "desk-1", version: 8 });
    expect(link.book.devices[a]).toMatchObject({ health_status: "healthy" });
    expect(link.book.devices[a]?.disconnect_reason).toBeUndefined();
  });

  test("[D6] a device that was removed is gone, and new when it is reported again", async () => {
    const { main, link } = await openListed([device(a, 5, { model: "Pixel 8" }), device(b, 1)]);
    const ids = { device_id: a, serial_number: "S-5" };
    main.receive("device:disconnected", { ...ids, reason: "manual", version: 4 });
    expect(Object.keys(link.book.devices)).toEqual([a, b]);
    main.receive("device:disconnected", { ...ids, reason: "manual", version: 6 });
    expect(Object.keys(link.book.devices)).toEqual([b]);
    main.receive("device:connected", { ...ids, pc_id: "desk-1", version: 7 });
    expect(link.book.devices[a]).toMatchObject({ health_status: "healthy" });
    expect(link.book.devices[a]?.model).toBeUndefined();
  });

  test("the status that follows a connection fills in the rest", async () => {
    const { main, link } = await openListed([]);
    main.receive("device:connected", { device_id: a, serial_number: "S-5", pc_id: "desk-1", version: 8 });
    main.receive("device:status:update", device(a, 9, { model: "Pixel 8" }));
    expect(link.book.devices[a]?.model).toBe("Pixel 8");
  });

  test("what does not parse is told and left out", async () => {
    const { main, link, faults } = await openListed([device(a, 5)]);
    main.receive("device:status:update", { ...device(a, 6), status: "asleep" });
    expect(faults).toEqual(["INVALID_PAYLOAD"]);
    expect(link.book.devices[a]?.version).toBe(5);
  });
});

test("the pictures' thread is told that a device is back, and that somebody wants to connect now", async () => {
  const { main, viewer, link } = await openListed([]);
  main.receive("device:connected", { device_id: a, serial_number: "S", pc_id: "desk-1", version: 1 });
  link.retry();
  expect(viewer.requests).toEqual([
    { type: "start", relayUrl: fakeRelay.url, token: fakeRelay.token },
    { type: "device-connected", deviceId: a },
    { type: "retry" },
  ]);
});

test("the pictures' own connection, and what goes wrong on it, are known", async () => {
  const { viewer, link, faults } = await openListed([]);
  viewer.report({ type: "connection", connection: { kind: "connected", sinceMs: 7 } });
  viewer.report({ type: "fault", fault: { code: "STREAM_ERROR", message: "no" } });
  expect(link.state.stream).toEqual({ kind: "connected", sinceMs: 7 });
  expect(faults).toEqual(["STREAM_ERROR"]);
});

test("[U7] a newer token goes to both connections, and is what they come back with", async () => {
  const main = makeFakeWire();
  const viewer = makeFakeViewer();
  let tokenOf = (): string => "";
  const link = joinDashboardLink(
    (token) => {
      tokenOf = token;
      return main;
    },
    viewer,
    fakeRelay,
  );
  main.accept();
  link.renew(fakeRelay.token);
  link.renew("newer");
  expect(main.sent.filter(({ name }) => name === "auth:renew").map(({ payload }) => payload)).toEqual([
    { token: "newer" },
  ]);
  expect(viewer.requests.at(-1)).toEqual({ type: "renew", token: "newer" });
  expect(tokenOf()).toBe("newer");
  main.drop();
  link.renew("newest");
  expect(main.sent.filter(({ name }) => name === "auth:renew")).toHaveLength(1);
  expect(tokenOf()).toBe("newest");
});
