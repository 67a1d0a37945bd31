import type { DatabaseSync } from "node:sqlite";
import * as v from "valibot";
import { deviceStatusUpdate, type DeviceStatusUpdate } from "../../protocol/device.ts";
import type { CommitGroup } from "./commit-group.ts";
import { jsonOf } from "./row.ts";

/** The devices the relay remembers. */
export interface DeviceRows {
  saveDevice(device: DeviceStatusUpdate): void;
  forgetDevice(deviceId: string): void;
  listDevices(): DeviceStatusUpdate[];
}

export function makeDeviceRows(database: DatabaseSync, group: CommitGroup): DeviceRows {
  const save = database.prepare(
    "INSERT OR REPLACE INTO devices (device_id, serial_number, pc_id, version, picture) VALUES (?, ?, ?, ?, ?)",
  );
  const forget = database.prepare("DELETE FROM devices WHERE device_id = ?");
  const list = database.prepare("SELECT picture FROM devices ORDER BY pc_id, serial_number");

  return {
    saveDevice(device) {
      const { device_id: deviceId, serial_number: serialNumber, pc_id: pcId, version } = device;
      const picture = JSON.stringify(device);
      group.write(() => save.run(deviceId, serialNumber, pcId, version, picture));
    },
    forgetDevice(deviceId) {
      group.write(() => forget.run(deviceId));
    },
    listDevices: () => list.all().map((row) => v.parse(deviceStatusUpdate, jsonOf(row["picture"]))),
  };
}
