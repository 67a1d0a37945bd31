import { describe, expect, test } from "vitest";
import type { DeviceRecord } from "../link/device-book.ts";
import { byPlace, matchesText } from "./device-filter.ts";
import { ageWords, conditionOf, troubleOf } from "./device-words.ts";

const device: DeviceRecord = {
  device_id: "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11",
  serial_number: "R5CT1000X",
  pc_id: "desk-1",
  status: "idle",
  health_status: "healthy",
  last_seen_at: "2026-11-23T04:20:00.000Z",
  version: 1,
  manufacturer: "Google",
  model: "Pixel 8",
};

test.each(["", "pixel", "R5CT", "desk-1 google", "IDLE", "healthy"])("%j finds it", (text) => {
  expect(matchesText(device, text)).toBe(true);
});

test.each(["galaxy", "pixel desk-2", "busy"])("%j does not", (text) => {
  expect(matchesText(device, text)).toBe(false);
});

describe("its condition", () => {
  test.each([
    [{}, "ready", undefined],
    [{ status: "busy" }, "busy", undefined],
    [{ health_status: "zombie" }, "attention", "Does not answer"],
    [{ problem: { code: "AUTH_PENDING" } }, "attention", "Tap “Allow” on the phone"],
    // While it is claimed again, too.
    [
      { state: "claiming", health_status: "zombie", problem: { code: "ADB_TIMEOUT" } },
      "attention",
      "The phone does not answer",
    ],
    [{ health_status: "zombie", problem: { code: "NEEDS_PERSON" } }, "attention", "The phone needs a person"],
    [{ problem: { code: "SLOW" } }, "attention", "The phone answers slowly"],
    [{ health_status: "offline", disconnect_reason: "adb_lost" }, "offline", "Unplugged"],
    [{ health_status: "offline", disconnect_reason: "worker_offline" }, "offline", "Its PC is offline"],
    [{ health_status: "offline", problem: { code: "IN_USE" } }, "offline", "Not seen any more"],
  ] as const)("%j is %s: %s", (more, condition, trouble) => {
    const record: DeviceRecord = { ...device, ...more };
    expect(conditionOf(record)).toBe(condition);
    expect(troubleOf(record)).toBe(trouble);
  });
});

test("the order is by PC and serial number, numbers as numbers", () => {
  const order = ["pc-10/b", "pc-2/b10", "pc-2/b9"].map((place) => {
    const [pc_id = "", serial_number = ""] = place.split("/");
    return { ...device, pc_id, serial_number };
  });
  expect(order.sort(byPlace).map((d) => `${d.pc_id}/${d.serial_number}`)).toEqual([
    "pc-2/b9",
    "pc-2/b10",
    "pc-10/b",
  ]);
});

test.each([
  [-500, "0 s"],
  [59_000, "59 s"],
  [61_000, "1 min"],
  [7_300_000, "2 h"],
  [260_000_000, "3 days"],
])("%d ms are %s", (ms, words) => {
  expect(ageWords(ms)).toBe(words);
});
