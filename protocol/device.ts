import * as v from "valibot";
import type { Group } from "./group.ts";
import type { Lease } from "./lease.ts";
import type { Role } from "./role.ts";
import { count, isoTime, pcId, serialNumber, uuid } from "./fields.ts";
import { deviceCondition } from "./heartbeat.ts";

export const healthStatus = v.picklist(["healthy", "zombie", "offline"]);
export type HealthStatus = v.InferOutput<typeof healthStatus>;

/** relay → dashboard: what is known of one device. `version` grows with every change of this device. */
export const deviceStatusUpdate = v.object({
  ...deviceCondition.entries,
  device_id: uuid,
  pc_id: pcId,
  health_status: healthStatus,
  last_seen_at: isoTime,
  version: count,
  /** Another PC reports the same serial number at the same time. */
  is_serial_shared: v.optional(v.boolean()),
});
export type DeviceStatusUpdate = v.InferOutput<typeof deviceStatusUpdate>;

export const deviceConnected = v.object({
  device_id: uuid,
  serial_number: serialNumber,
  pc_id: pcId,
  version: count,
});
export type DeviceConnected = v.InferOutput<typeof deviceConnected>;

export const disconnectReason = v.picklist(["adb_lost", "worker_offline", "manual"]);
export type DisconnectReason = v.InferOutput<typeof disconnectReason>;

export const deviceDisconnected = v.object({
  device_id: uuid,
  serial_number: serialNumber,
  reason: disconnectReason,
  version: count,
});
export type DeviceDisconnected = v.InferOutput<typeof deviceDisconnected>;

/** dashboard → relay: no fields; answered with `DeviceListReply`. */
export const deviceList = v.optional(v.object({}), {});

/** dashboard → relay, for admins: forget a device, present or not. A present one comes back with its next heartbeat. */
export const deviceRemove = v.object({ device_id: uuid });

export const workerStatus = v.object({ pc_id: pcId, is_online: v.boolean(), last_seen_at: isoTime });
export type WorkerStatus = v.InferOutput<typeof workerStatus>;

/** The present picture, answered to `device:list`. */
export interface DeviceListReply {
  devices: DeviceStatusUpdate[];
  workers: WorkerStatus[];
  /** The relay's clock, so that a dashboard can show ages whatever its own clock says. */
  now: string;
  /** The relay's name for the person or token asking. */
  actor: string;
  role: Role;
  /** Whether this role may run `shell` commands in this farm. */
  may_shell: boolean;
  leases: Lease[];
  groups: Group[];
}
