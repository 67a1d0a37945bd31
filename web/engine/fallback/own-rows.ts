import * as v from "valibot";
import { deviceIdOf, sharedSerialDeviceId } from "../../../protocol/device-id.ts";
import { deviceFacts, type DeviceFacts, type HeartbeatDevice } from "../../../protocol/heartbeat.ts";
import type { DeviceRow } from "./fallback-place.ts";

/** So often a device that another PC holds is reported under its usual id: it may only just have been carried over. */
const triesOfUsualId = 3;

/** What of this PC's devices is otherwise in the project than it is. */
export interface OwnRows {
  /** The rows that are to be written. */
  changed(devices: readonly HeartbeatDevice[]): DeviceRow[];
  /** These were written, and of them these were taken. */
  written(rows: readonly DeviceRow[], takenIds: readonly string[]): void;
}

/** `kept` is what the project has now. */
export function makeOwnRows(pcId: string, kept: readonly DeviceRow[]): OwnRows {
  const bySerial = new Map<string, DeviceRow>();
  const refusals = new Map<string, number>();
  for (const row of kept) {
    const isOwn = row.device_id === sharedSerialDeviceId(pcId, row.serial_number);
    // Once told apart from another PC's, a phone stays told apart.
    if (isOwn || !bySerial.has(row.serial_number)) bySerial.set(row.serial_number, row);
  }

  function idOf(serialNumber: string): string {
    const known = bySerial.get(serialNumber)?.device_id;
    if (known !== undefined) return known;
    const isShared = (refusals.get(serialNumber) ?? 0) >= triesOfUsualId;
    return isShared ? sharedSerialDeviceId(pcId, serialNumber) : deviceIdOf(serialNumber);
  }

  /** As the relay makes it of the same report. */
  function rowOf({
    serial_number,
    status,
    battery_level,
    adb_connected,
    ...rest
  }: HeartbeatDevice): DeviceRow {
    const before = bySerial.get(serial_number)?.condition ?? {};
    const facts = factsIn(before);
    const shared = before["is_serial_shared"] === true ? { is_serial_shared: true } : {};
    return {
      device_id: idOf(serial_number),
      serial_number,
      status,
      health_status: adb_connected ? "healthy" : "zombie",
      battery_level: battery_level ?? null,
      // A device that does not let its worker in has only USB's names, which are worse than what it once said itself.
      condition: { ...facts, ...rest, ...(!adb_connected && facts), ...shared },
    };
  }

  return {
    changed(devices) {
      const rows = devices.map(rowOf);
      const isHere = new Set(devices.map(({ serial_number: serial }) => serial));
      for (const row of bySerial.values()) if (!isHere.has(row.serial_number)) rows.push(goneRowOf(row));
      return rows.filter((row) => textOf(row) !== textOf(bySerial.get(row.serial_number)));
    },
    written(rows, takenIds) {
      const isTaken = new Set(takenIds);
      for (const row of rows) {
        const { serial_number: serial } = row;
        if (isTaken.has(row.device_id)) bySerial.set(serial, row);
        else refusals.set(serial, (refusals.get(serial) ?? 0) + 1);
      }
    },
  };
}

/** What stays true of a device that is gone. */
function goneRowOf(row: DeviceRow): DeviceRow {
  return { ...row, status: "offline", health_status: "offline", condition: { ...factsIn(row.condition) } };
}

function factsIn(condition: Record<string, unknown>): DeviceFacts {
  const parsed = v.safeParse(deviceFacts, condition);
  return parsed.success ? parsed.output : {};
}

/** The same for rows that say the same, in whatever order their fields come. */
function textOf(row: DeviceRow | undefined): string | undefined {
  return JSON.stringify(row, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
