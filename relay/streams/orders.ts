import type { Clock } from "../clock.ts";
import type { DeviceRegistry } from "../presence/device-registry.ts";
import { workerRoom } from "../rooms.ts";
import type { Wires } from "../wire.ts";
import { demandOf, isSameDemand } from "./demand.ts";
import type { WatchedDevice } from "./watched-device.ts";

/** How long after a stop its worker's pictures may still be under way. */
const stopRepeatMs = 2000;

/** What the workers of devices are told. One that is away is told nothing, and must be told when it is back. */
export interface Orders {
  /** Tells what is wanted of a watched device, when its worker does not know yet. */
  settle(deviceId: string, watched: WatchedDevice): void;
  stop(deviceId: string): void;
  /**
   * What nobody watches has crossed the stop on its way; or its worker never heard the stop, because its connection was
   * down just then.
   */
  stopStray(deviceId: string): void;
  askKey(deviceId: string): void;
  deviceGone(deviceId: string): void;
}

export interface OrdersNeeds {
  wires: Wires;
  clock: Clock;
  registry: DeviceRegistry;
  /** Whether the PC's worker says that it sends video; undefined when it is not there to say. */
  sendsVideo(pcId: string): boolean | undefined;
}

export function makeOrders({ wires, clock, registry, ...needs }: OrdersNeeds): Orders {
  /** When the worker of an unwatched device was last told to stop. */
  const stoppedAtMs = new Map<string, number>();

  function present(deviceId: string) {
    const device = registry.find(deviceId);
    if (device?.kind !== "present") return undefined;
    const { pc_id: pcId, serial_number } = device.picture;
    return { pcId, room: workerRoom(pcId), named: { device_id: deviceId, serial_number } };
  }

  return {
    settle(deviceId, watched) {
      const device = present(deviceId);
      if (device === undefined) return;
      const watches = watched.slots().map(({ watch }) => watch);
      const demand = demandOf(watches, needs.sendsVideo(device.pcId) === true);
      if (isSameDemand(demand, watched.told)) return;
      watched.told = demand;
      if (demand === undefined) return this.stop(deviceId);
      watched.keepLayers(demand.layers?.map(({ quality }) => quality) ?? []);
      wires.emit("/stream", device.room, "stream:start", { ...device.named, ...demand });
    },
    stop(deviceId) {
      const device = present(deviceId);
      if (device === undefined) return;
      stoppedAtMs.set(deviceId, clock.now());
      wires.emit("/stream", device.room, "stream:stop", device.named);
    },
    stopStray(deviceId) {
      const lastStopMs = stoppedAtMs.get(deviceId) ?? Number.NEGATIVE_INFINITY;
      if (clock.now() - lastStopMs >= stopRepeatMs) this.stop(deviceId);
    },
    askKey(deviceId) {
      const device = present(deviceId);
      if (device !== undefined) wires.emit("/stream", device.room, "stream:refresh", device.named);
    },
    deviceGone: (deviceId) => void stoppedAtMs.delete(deviceId),
  };
}
