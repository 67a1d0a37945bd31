import { setImmediate as nextTurn } from "node:timers/promises";
import type { CommandAccepted, CommandsWatched, CommandWatch } from "../../protocol/command.ts";
import { fail, succeed, type Result } from "../../protocol/fault.ts";
import type { Turn } from "../door.ts";
import type { Store } from "../store/store.ts";
import type { Wire } from "../wire.ts";
import type { CommandBook } from "./command-book.ts";

/** Tells dashboards that were away what became of commands. From then on they hear of them; nothing is executed. */
export interface Retelling {
  /** A `command_id` that was accepted before came again. */
  repeat(wire: Wire, commandId: string, turn: Turn): Promise<Result<CommandAccepted>>;
  watch(wire: Wire, request: CommandWatch, turn: Turn): Promise<Result<CommandsWatched>>;
}

export function makeRetelling(book: CommandBook, store: Store): Retelling {
  /** One's own commands, and for an admin all. */
  function mayHear({ identity }: Wire, commandId: string): boolean {
    const actor = store.actorOfCommand(commandId);
    if (actor === undefined || identity.kind !== "dashboard") return false;
    return identity.role === "admin" || actor === identity.actor;
  }

  function retell(wire: Wire, commandId: string): void {
    for (const target of store.findCommand(commandId)) {
      const { deviceId, senderId, status, error, result } = target;
      // It has heard all of it already.
      if (senderId === wire.id) continue;
      book.setListener(target, wire);
      if (status === "accepted" || status === "sent") continue;
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
    async repeat(wire, commandId, turn) {
      if (!mayHear(wire, commandId)) {
        return fail("FORBIDDEN", `command_id ${commandId} is somebody else's; choose another`);
      }
      // Its first sending, or its end, may still be on the way to the disk.
      await store.commit();
      turn.afterAnswer(() => retell(wire, commandId));
      const device_ids = store.findCommand(commandId).map(({ deviceId }) => deviceId);
      return succeed({ command_id: commandId, device_ids });
    },
    async watch(wire, { command_ids }, turn) {
      const known = new Set(command_ids.filter((commandId) => mayHear(wire, commandId)));
      await store.commit();
      turn.afterAnswer(async () => {
        // A script only looks and goes: whoever listens now goes on listening.
        if (wire.isScript) return;
        for (const commandId of known) {
          retell(wire, commandId);
          // Each may have been a broadcast to ten thousand.
          await nextTurn();
        }
      });
      return succeed({ unknown: command_ids.filter((commandId) => !known.has(commandId)) });
    },
  };
}
