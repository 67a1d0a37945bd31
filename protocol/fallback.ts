import * as v from "valibot";
import { deviceStatusUpdate, workerStatus, type DeviceStatusUpdate } from "./device.ts";
import { isoTime } from "./fields.ts";
import { group } from "./group.ts";

/** What is said through a Supabase project while the relay is away. */

const snapshot = v.object({
  /** The database's clock: the one that `last_seen_at` is by. */
  now: isoTime,
  devices: v.array(v.unknown()),
  workers: v.array(workerStatus),
  groups: v.array(group),
});
interface Devices {
  devices: DeviceStatusUpdate[];
}
export type FallbackSnapshot = Omit<v.InferOutput<typeof snapshot>, "devices"> & Devices;

/** What `farm_snapshot` answers; nothing when it is none. */
export function parseFallbackSnapshot(answer: unknown): FallbackSnapshot | undefined {
  const parsed = v.safeParse(snapshot, answer);
  return parsed.success ? { ...parsed.output, devices: devicesIn(parsed.output.devices) } : undefined;
}

/** One by one: what one worker wrote must not hide those of the others. */
function devicesIn(listed: readonly unknown[]): DeviceStatusUpdate[] {
  return listed.flatMap((device) => {
    const parsed = v.safeParse(deviceStatusUpdate, device);
    return parsed.success ? [parsed.output] : [];
  });
}
