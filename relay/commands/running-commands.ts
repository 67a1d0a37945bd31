import type { CommandStatus } from "../../protocol/command.ts";
import type { Author } from "../audit/audit.ts";

/** One accepted command for one device that has not ended. */
export interface RunningCommand {
  commandId: string;
  deviceId: string;
  pcId: string;
  /** The dashboard wire that hears of it. */
  senderId: string;
  author: Author;
  status: CommandStatus | "accepted";
  acceptedAtMs: number;
  cancelTimeout: () => void;
}

/** The commands under way, found by id, by device and counted by worker. */
export interface RunningCommands {
  add(command: RunningCommand): void;
  remove(command: RunningCommand): void;
  find(commandId: string, deviceId: string): RunningCommand | undefined;
  ofDevice(deviceId: string): RunningCommand[];
  countOfWorker(pcId: string): number;
  all(): RunningCommand[];
}

export function makeRunningCommands(): RunningCommands {
  const byDevice = new Map<string, Map<string, RunningCommand>>();
  const counts = new Map<string, number>();

  function count(pcId: string, step: 1 | -1): void {
    const next = (counts.get(pcId) ?? 0) + step;
    if (next === 0) counts.delete(pcId);
    else counts.set(pcId, next);
  }

  return {
    add(command) {
      const ofDevice = byDevice.get(command.deviceId) ?? new Map<string, RunningCommand>();
      byDevice.set(command.deviceId, ofDevice.set(command.commandId, command));
      count(command.pcId, 1);
    },
    remove({ commandId, deviceId, pcId }) {
      const ofDevice = byDevice.get(deviceId);
      if (ofDevice?.delete(commandId) !== true) return;
      if (ofDevice.size === 0) byDevice.delete(deviceId);
      count(pcId, -1);
    },
    find: (commandId, deviceId) => byDevice.get(deviceId)?.get(commandId),
    ofDevice: (deviceId) => [...(byDevice.get(deviceId)?.values() ?? [])],
    countOfWorker: (pcId) => counts.get(pcId) ?? 0,
    all: () => [...byDevice.values()].flatMap((ofDevice) => [...ofDevice.values()]),
  };
}
