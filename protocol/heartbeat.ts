import * as v from "valibot";
import { deviceStateKind, problem } from "./device-state.ts";
import { count, freeId, isoTime, pcId, percent, serialNumber, shortText, size } from "./fields.ts";

export const deviceStatus = v.picklist(["idle", "busy", "offline"]);

/** What the device is; our workers send it, a worker that knows only the document does not. */
export const deviceFacts = v.object({
  manufacturer: v.optional(shortText),
  model: v.optional(shortText),
  android_version: v.optional(shortText),
  /** The display as built (`wm size`), whatever way up it is now. */
  screen: v.optional(size),
});
export type DeviceFacts = v.InferOutput<typeof deviceFacts>;

/** What a worker reports of a device and the relay tells on as it is. */
export const deviceCondition = v.object({
  serial_number: serialNumber,
  status: deviceStatus,
  battery_level: v.optional(percent),
  current_job_id: v.optional(freeId),
  ...deviceFacts.entries,
  state: v.optional(deviceStateKind),
  problem: v.optional(problem),
});

export const heartbeatDevice = v.object({ ...deviceCondition.entries, adb_connected: v.boolean() });
export type HeartbeatDevice = v.InferOutput<typeof heartbeatDevice>;

/** worker → relay, every 5 s and at once when a device changes. */
export const heartbeat = v.object({
  pc_id: pcId,
  timestamp: isoTime,
  devices: v.pipe(v.array(heartbeatDevice), v.maxLength(256)),
});
export type Heartbeat = v.InferOutput<typeof heartbeat>;

export const heartbeatAck = v.object({ received_at: isoTime, pending_commands: count });
