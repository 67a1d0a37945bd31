import { isTerminal, type CommandAck, type CommandSend } from "../../protocol/command.ts";
import type { Fault } from "../../protocol/fault.ts";
import { authorOf, type Audit, type Author } from "../audit/audit.ts";
import type { Clock } from "../clock.ts";
import { describeBug, type Log } from "../log.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { FarmSettings } from "../settings.ts";
import type { StoredCommand } from "../store/command-rows.ts";
import type { Store } from "../store/store.ts";
import type { Wire, Wires } from "../wire.ts";
import { summarizeResult } from "./result-summary.ts";
import {
  isTaken,
  makeRunningCommands,
  type RunningCommand,
  type RunningCommands,
} from "./running-commands.ts";

/** A command that has not ended so long after its worker took it is failed. */
export const commandTimeoutMs = 60_000;

/**
 * Keeps the course of every accepted command, in memory, in the store, in the trail and at the dashboard that listens,
 * and sees to it that each ends.
 */
export interface CommandBook extends Pick<RunningCommands, "find" | "ofDevice" | "pendingOf"> {
  /** `sent`: it is in hand, and to be handed over as soon as it is on the disk. */
  accept(wire: Wire, command: CommandSend, target: AcceptedTarget): RunningCommand;
  /** A target of a broadcast that will not get it ends here; the ack is for its dashboard. */
  refuse(wire: Wire, command: CommandSend, deviceId: string, fault: Fault): CommandAck;
  /** Takes a waiting command in hand: written down as perhaps executed, before it leaves the relay. */
  takeInHand(command: RunningCommand): void;
  /** Lets go of a command; one that did not leave the relay after all waits again. */
  letGo(command: RunningCommand, hasLeft: boolean): void;
  /** The worker's word. An end is told when it is on the disk, and then the promise resolves. */
  advance(command: RunningCommand, ack: CommandAck, author: Author): Promise<void>;
  /** Ends a command without its worker's word. */
  abandon(command: RunningCommand, error: string): void;
  /** Another dashboard wire hears of it from now on. */
  setListener(target: StoredCommand, wire: Wire): void;
  close(): void;
}

export type AcceptedTarget = Pick<StoredCommand, "deviceId" | "pcId"> & { status: "accepted" | "sent" };

export interface CommandBookNeeds {
  wires: Wires;
  store: Store;
  audit: Audit;
  clock: Clock;
  metrics: Metrics;
  settings: FarmSettings;
  log: Log;
}

export function makeCommandBook(needs: CommandBookNeeds): CommandBook {
  const { wires, store, audit, clock, metrics, settings, log } = needs;
  const running = makeRunningCommands();
  const waitSeconds = settings.commandWaitMs / 1000;
  let lastAcceptedAtMs = 0;
  let lastAcceptedId = "";

  /** Later than the command before, so that the order of acceptance is in the store too. */
  function acceptanceOf(commandId: string): number {
    if (commandId !== lastAcceptedId) lastAcceptedAtMs = Math.max(clock.now(), lastAcceptedAtMs + 1);
    lastAcceptedId = commandId;
    return lastAcceptedAtMs;
  }

  function setDeadline(command: RunningCommand, atMs: number): void {
    command.cancelDeadline();
    command.cancelDeadline = clock.setTimer(Math.max(0, atMs - clock.now()), () => expire(command));
  }

  function expire(command: RunningCommand): void {
    const reason = isTaken(command.status)
      ? `the command did not end within ${commandTimeoutMs / 1000} s`
      : `${command.pcId} did not take the command within ${waitSeconds} s`;
    abandon(command, `COMMAND_TIMEOUT: ${reason}`);
  }

  function write(
    wire: Wire,
    command: CommandSend,
    target: Pick<StoredCommand, "deviceId" | "pcId" | "status" | "endedAtMs" | "error">,
    outcome: string,
  ): StoredCommand {
    const author = authorOf(wire);
    const { command_id: commandId, command_type: commandType, params } = command;
    const stored: StoredCommand = {
      ...target,
      ...author,
      commandId,
      commandType,
      senderId: wire.id,
      acceptedAtMs: acceptanceOf(commandId),
      deadlineAtMs: clock.now() + settings.commandWaitMs,
      ...(target.endedAtMs === undefined ? { params } : {}),
    };
    store.addCommand(stored);
    // What is broadcast stands in the trail once, not for each target.
    const sent = command.broadcast === true ? {} : { params };
    const details = { command_id: commandId, command_type: commandType, ...sent };
    audit.record(author, { event: "command:send", deviceId: target.deviceId, outcome, details });
    return stored;
  }

  function run(stored: StoredCommand): RunningCommand {
    const { actor, address, params = {}, ...rest } = stored;
    const author = { actor, address };
    const entry: RunningCommand = { ...rest, author, params, isInHand: false, cancelDeadline: () => {} };
    running.add(entry);
    return entry;
  }

  async function advance(command: RunningCommand, ack: CommandAck, author: Author): Promise<void> {
    // A worker that was given it again says again how far it is. What has ended stays so.
    if (ack.status === command.status || isTerminal(command.status)) return;
    const wasTaken = isTaken(command.status);
    running.setStatus(command, ack.status);
    if (isTerminal(ack.status)) {
      await end(command, ack.status, ack, author);
      return;
    }
    const deadlineAtMs = clock.now() + commandTimeoutMs;
    if (!wasTaken) setDeadline(command, deadlineAtMs);
    tell(command, ack);
    record(command, ack, author, wasTaken ? {} : { deadlineAtMs });
  }

  /** On the disk first: told before, a crash in between would let it end once more, and otherwise. */
  async function end(
    command: RunningCommand,
    outcome: "completed" | "failed",
    ack: CommandAck,
    author: Author,
  ): Promise<void> {
    command.cancelDeadline();
    running.remove(command);
    metrics.commandEnded(outcome, clock.now() - command.acceptedAtMs);
    try {
      record(command, ack, author, { endedAtMs: clock.now() });
      await store.commit();
    } finally {
      // Whatever becomes of the disk.
      tell(command, ack);
    }
  }

  function tell({ senderId }: RunningCommand, ack: CommandAck): void {
    wires.emit("/dashboard", senderId, "command:ack", ack);
  }

  function record(
    { commandId, deviceId }: RunningCommand,
    ack: CommandAck,
    author: Author,
    times: { deadlineAtMs?: number; endedAtMs?: number },
  ): void {
    const result = summarizeResult(ack.result);
    store.updateCommand(commandId, deviceId, {
      status: ack.status,
      ...times,
      ...(ack.error === undefined ? {} : { error: ack.error }),
      ...(result === undefined ? {} : { result }),
    });
    recordAck(author, ack, result);
  }

  function recordAck(
    author: Author,
    { command_id, device_id, status, error }: CommandAck,
    result: unknown,
  ): void {
    const details = { command_id, error, result };
    audit.record(author, { event: "command:ack", deviceId: device_id, outcome: status, details });
  }

  function abandon(command: RunningCommand, error: string): void {
    const { commandId, deviceId, author } = command;
    const ack = { command_id: commandId, device_id: deviceId, status: "failed", error } as const;
    advance(command, ack, author).catch((failure: unknown) =>
      log(`the end of command ${commandId} could not be written: ${describeBug(failure)}`),
    );
  }

  for (const stored of store.listUnfinishedCommands()) {
    const command = run(stored);
    if (stored.deadlineAtMs <= clock.now()) expire(command);
    else setDeadline(command, stored.deadlineAtMs);
  }

  return {
    find: (commandId, deviceId) => running.find(commandId, deviceId),
    ofDevice: (deviceId) => running.ofDevice(deviceId),
    pendingOf: (pcId) => running.pendingOf(pcId),
    accept(wire, command, target) {
      const stored = write(wire, command, target, "accepted");
      const entry = run(stored);
      entry.isInHand = target.status === "sent";
      setDeadline(entry, stored.deadlineAtMs);
      return entry;
    },
    refuse(wire, command, deviceId, fault) {
      const error = reasonOf(fault);
      const end = { status: "failed", error, endedAtMs: clock.now() } as const;
      write(wire, command, { deviceId, pcId: "", ...end }, fault.code);
      const ack = { command_id: command.command_id, device_id: deviceId, status: "failed", error } as const;
      recordAck(authorOf(wire), ack, undefined);
      return ack;
    },
    takeInHand(command) {
      command.isInHand = true;
      running.setStatus(command, "sent");
      store.updateCommand(command.commandId, command.deviceId, { status: "sent" });
    },
    letGo(command, hasLeft) {
      // On the disk it stays sent, which is the safe side of a crash.
      if (command.isInHand && !hasLeft && command.status === "sent") running.setStatus(command, "accepted");
      command.isInHand = false;
    },
    advance,
    abandon,
    setListener({ commandId, deviceId }, { id }) {
      store.setCommandSender(commandId, deviceId, id);
      const command = running.find(commandId, deviceId);
      if (command !== undefined) command.senderId = id;
    },
    close() {
      for (const command of running.all()) command.cancelDeadline();
    },
  };
}

/** A fault in the one line of an ack. */
export function reasonOf(fault: Fault): string {
  return `${fault.code}: ${fault.message}`;
}
