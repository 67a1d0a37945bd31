import type { Clock } from "../clock.ts";
import { freshnessOf } from "../presence/health.ts";
import type { Device, DeviceRegistry } from "../presence/device-registry.ts";
import type { Presence } from "../presence/presence.ts";
import { workerRoom } from "../rooms.ts";
import type { FarmSettings } from "../settings.ts";
import type { Store } from "../store/store.ts";
import type { Wire, Wires } from "../wire.ts";
import type { CommandBook } from "./command-book.ts";
import type { RunningCommand } from "./running-commands.ts";

/** Hands commands to workers: at once where the device is there, else when its worker reports it again. */
export interface Delivery {
  /** `remembers`: it may be given again what it was given before, and executes nothing twice. */
  workerConnected(wire: Wire, pcId: string, remembers: boolean): void;
  /** After each heartbeat: delivers what waited for a device that is there now. */
  workerReported(pcId: string): void;
  /** Can a command for the device be handed over now, later, or is it known to be unplugged? */
  outlookFor(device: Device): "now" | "later" | "unplugged";
  /** Hands over a command that is in hand and on the disk; when its worker left meanwhile, it waits. */
  emit(command: RunningCommand): void;
}

export interface DeliveryNeeds {
  wires: Wires;
  store: Store;
  clock: Clock;
  registry: DeviceRegistry;
  presence: Presence;
  settings: FarmSettings;
}

/** A worker's connection. */
interface Visit {
  wire: Wire;
  remembers: boolean;
  sinceMs: number;
  reportedAtMs?: number;
  /** Devices that it reported with ADB. Only from then on is it certain that it is done with claiming them. */
  opened: Set<string>;
}

export function makeDelivery(book: CommandBook, needs: DeliveryNeeds): Delivery {
  const { wires, store, clock, registry, presence, settings } = needs;
  const visits = new Map<string, Visit>();

  function outlookFor(device: Device): "now" | "later" | "unplugged" {
    const { pc_id: pcId, device_id: deviceId } = device.picture;
    const visit = visits.get(pcId);
    if (visit?.reportedAtMs === undefined) return "later";
    if (freshnessOf(clock.now() - visit.reportedAtMs) === "silent") return "later";
    if (device.kind === "gone") return "unplugged";
    // A device that stays without ADB on a worker that is there: the worker says best what is in the way.
    const hasSettled = clock.now() - visit.sinceMs >= settings.commandWaitMs;
    return hasSettled || visit.opened.has(deviceId) ? "now" : "later";
  }

  function canTake({ deviceId, pcId }: RunningCommand): boolean {
    const device = registry.find(deviceId);
    return device?.picture.pc_id === pcId && outlookFor(device) === "now";
  }

  function deliver({ commandId, deviceId, pcId, commandType, params }: RunningCommand): void {
    wires.emit("/worker", workerRoom(pcId), "command:send", {
      command_id: commandId,
      device_id: deviceId,
      serial_number: registry.find(deviceId)?.picture.serial_number ?? "",
      command_type: commandType,
      params,
    });
  }

  function emit(command: RunningCommand): void {
    if (book.find(command.commandId, command.deviceId) === undefined) return;
    const hasLeft = canTake(command);
    if (hasLeft) deliver(command);
    book.letGo(command, hasLeft);
  }

  async function handOver(commands: RunningCommand[]): Promise<void> {
    try {
      for (const command of commands) if (command.status === "accepted") book.takeInHand(command);
      await store.commit();
    } catch {
      // The store says in the log what is wrong with the disk. They wait for the next heartbeat.
      for (const command of commands) book.letGo(command, false);
      return;
    }
    for (const command of commands) emit(command);
  }

  return {
    outlookFor,
    workerConnected(wire, pcId, remembers) {
      const visit: Visit = { wire, remembers, sinceMs: clock.now(), opened: new Set() };
      visits.set(pcId, visit);
      wire.onClose(() => {
        if (visits.get(pcId) === visit) visits.delete(pcId);
      });
    },
    workerReported(pcId) {
      const visit = visits.get(pcId);
      if (visit === undefined) return;
      visit.reportedAtMs = clock.now();
      const due: RunningCommand[] = [];
      for (const { isAdbConnected, picture } of presence.devicesOf(pcId)) {
        if (!isAdbConnected) continue;
        const isBack = !visit.opened.has(picture.device_id);
        visit.opened.add(picture.device_id);
        for (const command of book.ofDevice(picture.device_id)) {
          if (command.pcId !== pcId || command.isInHand) continue;
          if (command.status === "accepted" || (isBack && visit.remembers)) due.push(command);
        }
      }
      if (due.length > 0) void handOver(due);
    },
    emit,
  };
}
