import { setImmediate as nextTurn } from "node:timers/promises";
import type {
  CommandAccepted,
  CommandAck,
  CommandSend,
  CommandsWatched,
  CommandWatch,
} from "../../protocol/command.ts";
import type { DisconnectReason } from "../../protocol/device.ts";
import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import { authorOf, type Audit } from "../audit/audit.ts";
import type { WorkerIdentity } from "../auth/identity.ts";
import type { Clock } from "../clock.ts";
import type { Turn } from "../door.ts";
import type { Groups } from "../groups/groups.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { unknownDevice, type DeviceRegistry } from "../presence/device-registry.ts";
import type { Presence } from "../presence/presence.ts";
import type { FarmSettings } from "../settings.ts";
import type { Store } from "../store/store.ts";
import type { Wire, Wires } from "../wire.ts";
import { makeCommandBook, reasonOf, type AcceptedTarget } from "./command-book.ts";
import { makeDelivery } from "./delivery.ts";
import { forgetOldCommands } from "./old-commands.ts";
import { makeRetelling } from "./retelling.ts";
import type { RunningCommand } from "./running-commands.ts";
import { targetsOf } from "./targets.ts";

/** Takes commands from dashboards, hands each to the worker that holds the device, and sees to it that all end. */
export interface Commands {
  send(wire: Wire, command: CommandSend, turn: Turn): Promise<Result<CommandAccepted>>;
  watch(wire: Wire, request: CommandWatch, turn: Turn): Promise<Result<CommandsWatched>>;
  acknowledge(wire: Wire, pcId: string, ack: CommandAck): Promise<Result<object>>;
  workerConnected(wire: Wire, identity: WorkerIdentity): void;
  /** After presence took in a heartbeat. */
  workerReported(pcId: string): void;
  deviceGone(deviceId: string, reason: DisconnectReason): void;
  /** Accepted for this worker and not taken by it yet. */
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
  groups: Groups;
  settings: FarmSettings;
  log: Log;
  /** Why this person must not give the device this command now. Asked once for each target, before it is accepted. */
  refusal(wire: Wire, command: CommandSend, deviceId: string): Fault | undefined;
}

export function makeCommands(needs: CommandsNeeds): Commands {
  const { store, audit, clock, registry, groups, settings } = needs;
  const book = makeCommandBook(needs);
  const delivery = makeDelivery(book, needs);
  const retelling = makeRetelling(book, store);
  /** The same one may come again before all its targets are written down. */
  const beingAccepted = new Map<string, Promise<unknown>>();
  const stopForgetting = forgetOldCommands(store, clock, settings.commandKeepMs);

  /** How the command will reach this target, or why it will not. */
  function examine(wire: Wire, command: CommandSend, deviceId: string): Result<AcceptedTarget> {
    const device = registry.find(deviceId);
    if (device === undefined) return unknownDevice(deviceId);
    const { pc_id: pcId, serial_number: serialNumber } = device.picture;
    const refused = needs.refusal(wire, command, deviceId);
    if (refused !== undefined) return { ok: false, fault: refused };
    const outlook = delivery.outlookFor(device);
    if (outlook === "now") return succeed({ deviceId, pcId, status: "sent" });
    if (outlook === "unplugged") {
      return fail("WORKER_OFFLINE", `device ${serialNumber} is not plugged into ${pcId}`);
    }
    const most = settings.mostWaitingCommands;
    if (book.pendingOf(pcId) < most) return succeed({ deviceId, pcId, status: "accepted" });
    return fail("WORKER_OFFLINE", `${pcId} is away, and ${most} commands wait for it already`);
  }

  /** What was sent stands in the trail once: ten thousand copies of a long text would be 200 MB. */
  function recordBroadcast(wire: Wire, command: CommandSend, targets: number): void {
    const { command_id, command_type, params, group } = command;
    const details = { command_id, command_type, params, group, targets };
    audit.record(authorOf(wire), { event: "command:send", outcome: "broadcast", details });
  }

  async function accept(wire: Wire, command: CommandSend, turn: Turn): Promise<Result<CommandAccepted>> {
    const targets = targetsOf(command, registry, groups);
    if (!targets.ok) return targets;
    if (command.broadcast === true) recordBroadcast(wire, command, targets.value.length);
    const accepted: RunningCommand[] = [];
    const refused: CommandAck[] = [];
    try {
      for (const [index, deviceId] of targets.value.entries()) {
        if (isTimeToPause(index)) await nextTurn();
        const target = examine(wire, command, deviceId);
        if (target.ok) accepted.push(book.accept(wire, command, target.value));
        else if (command.broadcast === true) {
          refused.push(book.refuse(wire, command, deviceId, target.fault));
        } else {
          // Also to a client that asks for no answer: a command is never lost in silence.
          if (target.fault.code === "RATE_LIMITED") {
            turn.afterAnswer(() => tellRefused(wire, command, target.fault));
          }
          return target;
        }
      }
      await store.commit();
    } catch (failure) {
      // What is refused must not be executed later.
      for (const entry of accepted) book.abandon(entry, "INTERNAL: it could not be written down");
      throw failure;
    }
    turn.afterAnswer(async () => {
      for (const ack of refused) wire.emit("command:ack", ack);
      for (const [index, entry] of accepted.entries()) {
        if (isTimeToPause(index)) await nextTurn();
        if (entry.isInHand) delivery.emit(entry);
      }
    });
    return succeed({ command_id: command.command_id, device_ids: targets.value });
  }

  return {
    async send(wire, command, turn) {
      const { command_id: commandId } = command;
      const first = beingAccepted.get(commandId);
      if (first !== undefined) await first.catch(() => undefined);
      if (store.actorOfCommand(commandId) !== undefined) return retelling.repeat(wire, commandId, turn);
      const accepting = accept(wire, command, turn);
      beingAccepted.set(commandId, accepting);
      try {
        return await accepting;
      } finally {
        if (beingAccepted.get(commandId) === accepting) beingAccepted.delete(commandId);
      }
    },
    watch: (wire, request, turn) => retelling.watch(wire, request, turn),
    async acknowledge(wire, pcId, ack) {
      const { command_id: commandId, device_id: deviceId } = ack;
      const entry = book.find(commandId, deviceId);
      const isTheirs = (entry ?? store.findCommandOf(commandId, deviceId))?.pcId === pcId;
      if (!isTheirs)
        return fail("FORBIDDEN", `this worker was given no command ${commandId} for that device`);
      if (entry !== undefined) await book.advance(entry, ack, authorOf(wire));
      return succeed({});
    },
    workerConnected: (wire, { pcId, remembersCommands }) =>
      delivery.workerConnected(wire, pcId, remembersCommands),
    workerReported: (pcId) => delivery.workerReported(pcId),
    deviceGone(deviceId, reason) {
      const fate = goneReasons[reason];
      if (fate === undefined) return;
      for (const entry of book.ofDevice(deviceId)) book.abandon(entry, fate);
    },
    pendingCount: (pcId) => book.pendingOf(pcId),
    close() {
      stopForgetting();
      book.close();
    },
  };
}

/** The commands of a worker that was lost wait for it. */
const goneReasons: Record<DisconnectReason, string | undefined> = {
  adb_lost: "WORKER_OFFLINE: the device was unplugged or lost before the command ended",
  worker_offline: undefined,
  manual: "WORKER_OFFLINE: the device was removed before the command ended",
};

/** A broadcast to ten thousand devices must not hold up everybody else's taps. */
function isTimeToPause(index: number): boolean {
  return index > 0 && index % 200 === 0;
}

function tellRefused(wire: Wire, command: CommandSend, fault: Fault): void {
  const { command_id, device_id } = command;
  if (device_id === undefined) return;
  wire.emit("command:ack", { command_id, device_id, status: "failed", error: reasonOf(fault) });
}
