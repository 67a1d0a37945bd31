import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { contract } from "../../../protocol/contract.ts";
import { parsePayload } from "../../../protocol/parse.ts";
import { heartbeatRate } from "../../../protocol/limits.ts";
import { makeTokenBucket } from "../../../protocol/token-bucket.ts";
import { heartbeatOf, newsBetween } from "./heartbeat.ts";
import { startHeartbeatTimer, type HeartbeatNews, type HeartbeatTimer } from "./heartbeat-timer.ts";

const names = { productName: "Pixel 8 (MTP)", manufacturerName: "Google Inc." };
const identity = {
  manufacturer: "Google",
  model: "Pixel 8",
  androidVersion: "14",
  screen: { width: 1080, height: 2400 },
};

describe("[B1] a heartbeat", () => {
  test("names every plugged device with what can be done with it, and leaves out the unplugged", () => {
    const heartbeat = heartbeatOf("desk-1", 0, [
      {
        ...names,
        serialNumber: "A",
        state: { kind: "ready", sinceMs: 0, identity, batteryLevel: 80, problems: [] },
      },
      {
        ...names,
        serialNumber: "B",
        state: { kind: "busy", sinceMs: 0, identity, commandId: "c1", problems: [] },
      },
      {
        ...names,
        serialNumber: "C",
        state: { kind: "unclaimed", problem: { code: "IN_USE", detail: "claimed" }, retryAtMs: 9 },
      },
      {
        ...names,
        serialNumber: "D",
        state: { kind: "authorizing", sinceMs: 0, problem: { code: "AUTH_PENDING" } },
      },
      {
        ...names,
        productName: "",
        manufacturerName: " ",
        serialNumber: "D2",
        state: { kind: "claiming", sinceMs: 0 },
      },
      { ...names, serialNumber: "E", state: { kind: "lost", sinceMs: 0, problem: { code: "UNPLUGGED" } } },
    ]);
    expect(heartbeat.timestamp).toBe("1970-01-01T00:00:00.000Z");
    const facts = {
      manufacturer: "Google",
      model: "Pixel 8",
      android_version: "14",
      screen: identity.screen,
    };
    // Nobody has been let in yet: USB's names stand in.
    const usbFacts = { manufacturer: "Google Inc.", model: "Pixel 8 (MTP)" };
    expect(heartbeat.devices).toEqual([
      {
        serial_number: "A",
        status: "idle",
        adb_connected: true,
        battery_level: 80,
        state: "ready",
        ...facts,
      },
      { serial_number: "B", status: "busy", adb_connected: true, state: "busy", ...facts },
      {
        serial_number: "C",
        status: "offline",
        adb_connected: false,
        ...usbFacts,
        state: "unclaimed",
        problem: { code: "IN_USE", detail: "claimed" },
      },
      {
        serial_number: "D",
        status: "offline",
        adb_connected: false,
        ...usbFacts,
        state: "authorizing",
        problem: { code: "AUTH_PENDING" },
      },
      { serial_number: "D2", status: "offline", adb_connected: false, state: "claiming" },
    ]);
    const schema = contract["/worker"].toRelay["worker:heartbeat"];
    expect(parsePayload("worker:heartbeat", schema, heartbeat)).toEqual({ ok: true, value: heartbeat });
  });
});

describe("[B1] heartbeats are sent", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  let sentAtMs: number[];
  let news: HeartbeatNews;
  let isConnected: boolean;
  let timer: HeartbeatTimer;
  beforeEach(() => {
    sentAtMs = [];
    news = "urgent";
    isConnected = true;
    timer = startHeartbeatTimer({
      news: () => news,
      send: () => {
        if (isConnected) sentAtMs.push(Date.now());
        return isConnected;
      },
    });
  });
  afterEach(() => timer.stop());

  /** Something changes all the time. */
  function changeFor(durationMs: number, everyMs = 50): void {
    for (let passedMs = 0; passedMs < durationMs; passedMs += everyMs) {
      timer.soon();
      vi.advanceTimersByTime(everyMs);
    }
  }

  test("every 5 s", () => {
    vi.advanceTimersByTime(15_000);
    expect(sentAtMs).toHaveLength(3);
    timer.stop();
    timer.soon();
    vi.advanceTimersByTime(15_000);
    expect(sentAtMs).toHaveLength(3);
  });

  test("at once when a device changes, once for changes that come together", () => {
    vi.advanceTimersByTime(1000);
    for (let change = 0; change < 40; change += 1) timer.soon();
    vi.advanceTimersByTime(200);
    expect(sentAtMs).toHaveLength(1);
    vi.advanceTimersByTime(5000);
    expect(sentAtMs).toHaveLength(2);
    timer.now();
    expect(sentAtMs).toHaveLength(3);
  });

  test("every 5 s, although changes that leave nothing to tell come all the time", () => {
    news = "none";
    changeFor(15_000);
    expect(sentAtMs).toHaveLength(3);
  });

  test("no more often than the relay takes, whatever changes and however the connection flaps", () => {
    const relay = makeTokenBucket(heartbeatRate);
    for (let round = 0; round < 300; round += 1) {
      news = round % 2 === 0 ? "urgent" : "some";
      changeFor(700);
      timer.now();
    }
    expect(sentAtMs.length).toBeGreaterThan(60);
    expect(sentAtMs.filter((atMs) => !relay.take(atMs))).toEqual([]);
  });

  test("[T8] within a second when a device comes or goes, although others change all the time", () => {
    news = "some";
    for (let round = 0; round < 20; round += 1) {
      changeFor(9000);
      news = "urgent";
      const fromMs = Date.now();
      changeFor(300);
      expect(sentAtMs.at(-1)).toBeGreaterThan(fromMs);
      news = "some";
    }
  });

  test("as soon as there is a connection again", () => {
    isConnected = false;
    changeFor(60_000);
    isConnected = true;
    timer.now();
    expect(sentAtMs).toEqual([Date.now()]);
  });
});

test("[T8] which devices are there and which answer is urgent, anything else can wait", () => {
  const idle = { serial_number: "A", status: "idle", adb_connected: true } as const;
  const other = { ...idle, serial_number: "B" };
  expect(newsBetween([idle], [idle])).toBe("none");
  expect(newsBetween([idle], [{ ...idle, status: "busy" }])).toBe("some");
  expect(newsBetween([idle], [{ ...idle, adb_connected: false }])).toBe("urgent");
  expect(newsBetween([idle, other], [idle])).toBe("urgent");
  expect(newsBetween([], [idle])).toBe("urgent");
});
