import type { DatabaseSync } from "node:sqlite";
import type { CommitGroup } from "./commit-group.ts";

/** Who holds a device. Times are Unix milliseconds. */
export interface StoredLease {
  deviceId: string;
  actor: string;
  takenAtMs: number;
  expiresAtMs: number;
}

/** The leases that hold. */
export interface LeaseRows {
  saveLease(lease: StoredLease): void;
  removeLease(deviceId: string): void;
  listLeases(): StoredLease[];
}

export function makeLeaseRows(database: DatabaseSync, group: CommitGroup): LeaseRows {
  const save = database.prepare(
    "INSERT OR REPLACE INTO leases (device_id, actor, taken_at, expires_at) VALUES (?, ?, ?, ?)",
  );
  const remove = database.prepare("DELETE FROM leases WHERE device_id = ?");
  const list = database.prepare("SELECT * FROM leases ORDER BY taken_at, device_id");

  return {
    saveLease({ deviceId, actor, takenAtMs, expiresAtMs }) {
      group.write(() => save.run(deviceId, actor, takenAtMs, expiresAtMs));
    },
    removeLease(deviceId) {
      group.write(() => remove.run(deviceId));
    },
    listLeases: () =>
      list.all().map((row) => ({
        deviceId: String(row["device_id"]),
        actor: String(row["actor"]),
        takenAtMs: Number(row["taken_at"]),
        expiresAtMs: Number(row["expires_at"]),
      })),
  };
}
