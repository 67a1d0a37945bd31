import type { Presence } from "../presence/presence.ts";
import { deviceRoom, workerRoom } from "../rooms.ts";
import type { Wire } from "../wire.ts";

/** The event document's rooms of a worker's connection: its own, and one for each device it holds. */
export function joinWorkerRooms(wire: Wire, pcId: string, presence: Presence): void {
  wire.join(workerRoom(pcId));
  for (const { picture } of presence.devicesOf(pcId)) wire.join(deviceRoom(picture.device_id));
}
