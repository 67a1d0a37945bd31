import {
  isTerminal,
  type CommandAccepted,
  type CommandAck,
  type CommandSend,
} from "../../protocol/command.ts";
import type { DisconnectReason } from "../../protocol/device.ts";
import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import { authorOf, type Audit, type Author } from "../audit/audit.ts";
import type { Clock } from "../clock.ts";
import type { Turn } from "../door.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { DeviceRegistry } from "../presence/device-registry.ts";
import type { Presence } from "../presence/presence.ts";
import { workerRoom } from "../rooms.ts";
import type { Store } from "../store/store.ts";
import type { Wire, Wires } from "../wire.ts";
import { summarizeResult } from "./result-summary.ts";
import { makeRunningCommands, type RunningCommand } from "./running-commands.ts";
import { chooseTargets, type Target } from "./targets.ts";

/** A command that has not ended by then is failed. */
export const commandTimeoutMs = 60_000;

/** Takes commands from dashboards, hands each to the worker that holds the device, and sees to it that all end. */
export interface Commands {
  send(wire: Wire, command: CommandSend, turn: Turn): Promise<Result<CommandAccepted>>;
  acknowledge(wire: Wire, pcId: string, ack: CommandAck): Result<object>;
  deviceGone(deviceId: string, reason: DisconnectReason): void;
  pendingCount(pcId: string): number;
  close(): void;
}

export interface CommandsNeeds {
  wires: Wires;
  store: Store;
  audit: Audit;
  clock: Clock;
  registry: DeviceRegistry;
  presence: Presence;
  metrics: Metrics;
  /** Why this person must not give the device this command now. Asked once for each target, before it is accepted. */
  refusal(wire: Wire, command: CommandSend, deviceId: string): Fault | undefined;
}

export function makeCommands(needs: CommandsNeeds): Commands {
  const { wires, store, audit, clock, registry, presence, metrics } = needs;
  const running = makeRunningCommands();
  store.failUnfinishedCommands(
    "WORKER_OFFLINE: the relay was restarted before the command ended; send it again",
    clock.now(),
  );

  /** What was sent stands in the trail once: ten thousand copies of a long text would be 200 MB. */
  function recordBroadcast(wire: Wire, command: CommandSend, targets: number): void {
    const { command_id, command_type, params } = command;
    const details = { command_id, command_type, params, targets };
    audit.record(authorOf(wire), { event: "command:send", outcome: "broadcast", details });
  }

  function accept(wire: Wire, command: CommandSend, { deviceId, device, fault }: Target): void {
    const author = authorOf(wire);
    const { command_id: commandId, command_type: commandType } = command;
    const pcId = device?.picture.pc_id ?? "";
    const acceptedAtMs = clock.now();
    store.addCommand({
      commandId,
      deviceId,
      pcId,
      actor: author.actor,
      senderId: wire.id,
      commandType,
      status: "accepted",
      acceptedAtMs,
    });
    audit.record(author, {
      event: "command:send",
      deviceId,
      outcome: fault === undefined ? "accepted" : fault.code,
      details: {
        command_id: commandId,
        command_type: commandType,
        ...(command.broadcast === true ? {} : { params: command.params }),
      },
    });
    const entry: RunningCommand = {
      commandId,
      deviceId,
      pcId,
      senderId: wire.id,
      author,
      status: "accepted",
      acceptedAtMs,
      cancelTimeout: clock.setTimer(commandTimeoutMs, () =>
        abandon(entry, "COMMAND_TIMEOUT: the command did not end within 60 s"),
      ),
    };
    running.add(entry);
  }

  function deliver(command: CommandSend, { deviceId, device, fault }: Target): void {
    const entry = running.find(command.command_id, deviceId);
    if (entry === undefined) return;
    if (device === undefined || fault !== undefined) {
      abandon(entry, fault === undefined ? "INTERNAL: no such target" : reasonOf(fault));
      return;
    }
    wires.emit("/worker", workerRoom(entry.pcId), "command:send", {
      command_id: command.command_id,
      device_id: deviceId,
      serial_number: device.picture.serial_number,
      command_type: command.command_type,
      params: command.params,
    });
  }

  /** Ends a command without its worker's word. */
  function abandon(entry: RunningCommand, error: string): void {
    const ack: CommandAck = {
      command_id: entry.commandId,
      device_id: entry.deviceId,
      status: "failed",
      error,
    };
    advance(entry, ack, entry.author);
  }

  function advance(entry: RunningCommand, ack: CommandAck, author: Author): void {
    const result = summarizeResult(ack.result);
    const { status } = ack;
    entry.status = status;
    const hasEnded = isTerminal(status);
    if (hasEnded) {
      entry.cancelTimeout();
      running.remove(entry);
      metrics.commandEnded(status, clock.now() - entry.acceptedAtMs);
    }
    // First of all: whatever becomes of the disk, the end is told.
    wires.emit("/dashboard", entry.senderId, "command:ack", ack);
    store.updateCommand(entry.commandId, entry.deviceId, {
      status: ack.status,
      ...(hasEnded ? { endedAtMs: clock.now() } : {}),
      ...(ack.error === undefined ? {} : { error: ack.error }),
      ...(result === undefined ? {} : { result }),
    });
    audit.record(author, {
      event: "command:ack",
      deviceId: entry.deviceId,
      outcome: ack.status,
      details: { command_id: entry.commandId, error: ack.error, result },
    });
  }

  /**
   * The same command came again, perhaps from a dashboard that lost its connection: from now on it is told what becomes
   * of the command, beginning with what already did.
   */
  function retell(wire: Wire, commandId: string): void {
    for (const { deviceId, senderId, status, error, result } of store.findCommand(commandId)) {
      if (senderId === wire.id) continue;
      store.setCommandSender(commandId, deviceId, wire.id);
      const entry = running.find(commandId, deviceId);
      if (entry !== undefined) entry.senderId = wire.id;
      if (status === "accepted") continue;
      wire.emit("command:ack", {
        command_id: commandId,
        device_id: deviceId,
        status,
        ...(error === undefined ? {} : { error }),
        ...(result === undefined ? {} : { result }),
      });
    }
  }

  return {
    async send(wire, command, turn) {
      const { command_id: commandId } = command;
      const known = store.findCommand(commandId);
      if (known.length > 0) {
        // Its first sending may still be on the way to the disk.
        await store.commit();
        turn.afterAnswer(() => retell(wire, commandId));
        return succeed({ command_id: commandId, device_ids: known.map(({ deviceId }) => deviceId) });
      }
      const chosen = chooseTargets(command, registry, presence, (deviceId) =>
        needs.refusal(wire, command, deviceId),
      );
      if (!chosen.ok) {
        // Also to a client that asks for no acknowledgement: a command is never lost in silence.
        if (chosen.fault.code === "RATE_LIMITED")
          turn.afterAnswer(() => tellRefused(wire, command, chosen.fault));
        return chosen;
      }
      if (command.broadcast === true) recordBroadcast(wire, command, chosen.value.length);
      for (const target of chosen.value) accept(wire, command, target);
      await store.commit();
      turn.afterAnswer(() => {
        for (const target of chosen.value) deliver(command, target);
      });
      return succeed({
        command_id: commandId,
        device_ids: chosen.value.map(({ deviceId }) => deviceId),
      });
    },
    acknowledge(wire, pcId, ack) {
      const { command_id: commandId, device_id: deviceId } = ack;
      const entry = running.find(commandId, deviceId);
      if (entry === undefined) {
        const past = store.findCommandOf(commandId, deviceId);
        return past?.pcId === pcId ? succeed({}) : notYours(commandId);
      }
      if (entry.pcId !== pcId) return notYours(commandId);
      advance(entry, ack, authorOf(wire));
      return succeed({});
    },
    deviceGone(deviceId, reason) {
      for (const entry of running.ofDevice(deviceId)) abandon(entry, goneReasons[reason]);
    },
    pendingCount: (pcId) => running.countOfWorker(pcId),
    close() {
      for (const entry of running.all()) entry.cancelTimeout();
    },
  };
}

const goneReasons: Record<DisconnectReason, string> = {
  adb_lost: "WORKER_OFFLINE: the device was unplugged or lost before the command ended",
  worker_offline: "WORKER_OFFLINE: the device's worker was lost before the command ended",
  manual: "WORKER_OFFLINE: the device was removed before the command ended",
};

function tellRefused(wire: Wire, command: CommandSend, fault: Fault): void {
  const { command_id, device_id } = command;
  if (device_id === undefined) return;
  wire.emit("command:ack", { command_id, device_id, status: "failed", error: reasonOf(fault) });
}

function reasonOf(fault: Fault): string {
  return `${fault.code}: ${fault.message}`;
}

function notYours(commandId: string): Result<never> {
  return fail("FORBIDDEN", `this worker was given no command ${commandId} for that device`);
}
