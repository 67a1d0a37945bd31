import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { contract } from "../../../protocol/contract.ts";
import { parsePayload } from "../../../protocol/parse.ts";
import { heartbeatOf } from "./heartbeat.ts";
import { startHeartbeatTimer } from "./heartbeat-timer.ts";

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

  test("every 5 s", () => {
    const beat = vi.fn<(isDue: boolean) => boolean>(() => true);
    const timer = startHeartbeatTimer(beat);
    vi.advanceTimersByTime(15_000);
    expect(beat).toHaveBeenCalledTimes(3);
    timer.stop();
    vi.advanceTimersByTime(15_000);
    expect(beat).toHaveBeenCalledTimes(3);
  });

  test("at once when a device changes, once for changes that come together", () => {
    const beat = vi.fn<(isDue: boolean) => boolean>(() => true);
    const timer = startHeartbeatTimer(beat);
    vi.advanceTimersByTime(1000);
    for (let change = 0; change < 40; change += 1) timer.soon();
    vi.advanceTimersByTime(200);
    expect(beat).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(5000);
    expect(beat).toHaveBeenCalledTimes(2);
    timer.now();
    expect(beat).toHaveBeenCalledTimes(3);
  });

  test("every 5 s, although changes that leave nothing to tell come all the time", () => {
    const beat = vi.fn<(isDue: boolean) => boolean>((isDue) => isDue);
    const timer = startHeartbeatTimer(beat);
    for (let passedMs = 0; passedMs < 15_050; passedMs += 50) {
      timer.soon();
      vi.advanceTimersByTime(50);
    }
    expect(beat.mock.calls.filter(([isDue]) => isDue)).toHaveLength(3);
  });

  test("also while changes never end", () => {
    const beat = vi.fn<(isDue: boolean) => boolean>(() => true);
    const timer = startHeartbeatTimer(beat);
    for (let passedMs = 0; passedMs < 2000; passedMs += 50) {
      timer.soon();
      vi.advanceTimersByTime(50);
    }
    expect(beat.mock.calls.length).toBeGreaterThanOrEqual(8);
  });
});
