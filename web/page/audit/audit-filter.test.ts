import { expect, test } from "vitest";
import type { DeviceRecord } from "../link/device-book.ts";
import { deviceMeant, noFilter, queryOf } from "./audit-filter.ts";

const id = "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11";

function device(device_id: string, serial_number: string, model: string): DeviceRecord {
  const fixed = { pc_id: "desk-1", status: "idle", health_status: "healthy", version: 1 } as const;
  return { ...fixed, device_id, serial_number, model, last_seen_at: "2026-11-23T04:20:00.000Z" };
}

const devices = [device(id, "S1", "Pixel 8"), device(id.replace("5", "6"), "S2", "Pixel 8")];

test("an empty filter asks for everything", () => {
  expect(queryOf(noFilter, devices, 0)).toEqual({});
});

test("a device is meant by its label, serial number or id, and by its model when it is the only one", () => {
  expect(deviceMeant(" pixel 8 s1", devices)).toBe(id);
  expect(deviceMeant("s1", devices)).toBe(id);
  expect(deviceMeant("Pixel 8", devices)).toBeUndefined();
  expect(deviceMeant("Pixel 8", devices.slice(0, 1))).toBe(id);
});

test("a device that the relay has forgotten is found by its id, and an unknown name asks for nothing", () => {
  const forgotten = id.replace("5", "7");
  expect(queryOf({ ...noFilter, device: forgotten }, devices, 0)).toEqual({ device_id: forgotten });
  expect(queryOf({ ...noFilter, device: "S9" }, devices, 0)).toBeUndefined();
});

test("who, what and a time before now", () => {
  const filter = { ...noFilter, actor: " anna ", pattern: "command:*", range: "hour" as const };
  expect(queryOf(filter, devices, 7_200_000)).toEqual({
    actor: "anna",
    event: "command:*",
    from_ms: 3_600_000,
  });
});

test("local times bound the range, the last minute included; one that is not filled in does not", () => {
  const filter = { ...noFilter, range: "between" as const, from: "2026-11-23T04:00" };
  const fromMs = new Date(2026, 10, 23, 4).getTime();
  expect(queryOf(filter, devices, 0)).toEqual({ from_ms: fromMs });
  expect(queryOf({ ...filter, until: "2026-11-23T04:01" }, devices, 0)).toEqual({
    from_ms: fromMs,
    until_ms: fromMs + 119_999,
  });
});
