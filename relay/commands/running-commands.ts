import type { CommandParams } from "../../protocol/command.ts";
import type { Author } from "../audit/audit.ts";
import type { StoredCommand, TargetStatus } from "../store/command-rows.ts";

/** One accepted command for one device that has not ended. */
export interface RunningCommand extends Readonly<
  Pick<StoredCommand, "commandId" | "deviceId" | "pcId" | "commandType" | "acceptedAtMs">
> {
  readonly author: Author;
  readonly params: CommandParams;
  /** The dashboard wire that hears of it. */
  senderId: string;
  /** Changed by `setStatus` alone. */
  status: TargetStatus;
  /** Written down as sent, and about to be: nobody else sends it. */
  isInHand: boolean;
  cancelDeadline: () => void;
}

/** The commands under way, found by id and by device in the order of acceptance, and counted by worker. */
export interface RunningCommands {
  add(command: RunningCommand): void;
  remove(command: RunningCommand): void;
  setStatus(command: RunningCommand, status: TargetStatus): void;
  find(commandId: string, deviceId: string): RunningCommand | undefined;
  ofDevice(deviceId: string): RunningCommand[];
  /** Those that the worker has not taken yet. */
  pendingOf(pcId: string): number;
  all(): RunningCommand[];
}

export function makeRunningCommands(): RunningCommands {
  const byDevice = new Map<string, Map<string, RunningCommand>>();
  const pending = new Map<string, number>();

  function count({ pcId, status }: RunningCommand, step: 1 | -1): void {
    if (isTaken(status)) return;
    const next = (pending.get(pcId) ?? 0) + step;
    if (next === 0) pending.delete(pcId);
    else pending.set(pcId, next);
  }

  return {
    add(command) {
      const ofDevice = byDevice.get(command.deviceId) ?? new Map<string, RunningCommand>();
      byDevice.set(command.deviceId, ofDevice.set(command.commandId, command));
      count(command, 1);
    },
    remove(command) {
      const ofDevice = byDevice.get(command.deviceId);
      if (ofDevice?.delete(command.commandId) !== true) return;
      if (ofDevice.size === 0) byDevice.delete(command.deviceId);
      count(command, -1);
    },
    setStatus(command, status) {
      count(command, -1);
      command.status = status;
      count(command, 1);
    },
    find: (commandId, deviceId) => byDevice.get(deviceId)?.get(commandId),
    ofDevice: (deviceId) => [...(byDevice.get(deviceId)?.values() ?? [])],
    pendingOf: (pcId) => pending.get(pcId) ?? 0,
    all: () => [...byDevice.values()].flatMap((ofDevice) => [...ofDevice.values()]),
  };
}

/** Did the worker say that it has the command? */
export function isTaken(status: TargetStatus): boolean {
  return status !== "accepted" && status !== "sent";
}
