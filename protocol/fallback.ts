import * as v from "valibot";
import { deviceStatusUpdate, workerStatus, type DeviceStatusUpdate } from "./device.ts";
import { count, isoTime, shortText, uuid } from "./fields.ts";
import { group } from "./group.ts";
import { publicProject } from "./supabase.ts";

/** What is said through a Supabase project while the relay is away. */

/** relay → worker: with what it reports its own devices there. It may be said again, with other words. */
export const fallbackAccount = v.object({
  ...publicProject.entries,
  email: shortText,
  password: shortText,
  /** How many PCs share the messages. */
  workers: v.pipe(count, v.minValue(1)),
  /** What the project takes of the whole farm. */
  messages_per_second: v.pipe(v.number(), v.finite(), v.minValue(0.1)),
});
export type FallbackAccount = v.InferOutput<typeof fallbackAccount>;

const snapshot = v.object({
  /** The database's clock: the one that `last_seen_at` is by. */
  now: isoTime,
  devices: v.array(v.unknown()),
  workers: v.array(workerStatus),
  groups: v.array(group),
});
const changes = v.object({
  now: isoTime,
  devices: v.array(v.unknown()),
  removed: v.array(v.object({ device_id: uuid, version: count })),
});

interface Devices {
  devices: DeviceStatusUpdate[];
}
export type FallbackSnapshot = Omit<v.InferOutput<typeof snapshot>, "devices"> & Devices;

export type FallbackChanges = Omit<v.InferOutput<typeof changes>, "devices"> & Devices;

/** What `farm_snapshot` answers; nothing when it is none. */
export function parseFallbackSnapshot(answer: unknown): FallbackSnapshot | undefined {
  const parsed = v.safeParse(snapshot, answer);
  return parsed.success ? { ...parsed.output, devices: devicesIn(parsed.output.devices) } : undefined;
}

/** The payload of the event `devices` on a farm's topic; nothing when it is none. */
export function parseFallbackChanges(payload: unknown): FallbackChanges | undefined {
  const parsed = v.safeParse(changes, payload);
  return parsed.success ? { ...parsed.output, devices: devicesIn(parsed.output.devices) } : undefined;
}

/** One by one: what one worker wrote must not hide those of the others. */
function devicesIn(listed: readonly unknown[]): DeviceStatusUpdate[] {
  return listed.flatMap((device) => {
    const parsed = v.safeParse(deviceStatusUpdate, device);
    return parsed.success ? [parsed.output] : [];
  });
}
