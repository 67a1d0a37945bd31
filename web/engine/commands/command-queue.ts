import { isTerminal, type CommandAck, type CommandDeliver } from "../../../protocol/command.ts";
import type { CommandMemory } from "./command-memory.ts";

export const queueLimit = 100;
const errorLength = 2000;

export interface CommandQueueNeeds {
  memory: CommandMemory;
  /** Resolves with the command's `result`; a rejection's message becomes the ack's `error`. */
  execute(command: CommandDeliver): Promise<unknown>;
  sendAck(ack: CommandAck): void;
  /** Why no command can run now; undefined when one can. */
  obstacle(): string | undefined;
}

export interface CommandQueue {
  add(command: CommandDeliver): void;
}

/**
 * Runs the commands of one device one after another, each at most once, and acks every one to its end:
 * `received`, `executing`, then `completed` or `failed`. A repeated one is answered like the first.
 */
export function makeCommandQueue(needs: CommandQueueNeeds): CommandQueue {
  /** The last ack of each command that has not ended: answers a repetition without asking the memory. */
  const underWay = new Map<string, CommandAck>();
  let tail: Promise<void> = Promise.resolve();

  function report(present: CommandAck): void {
    underWay.set(present.command_id, present);
    needs.sendAck(present);
  }

  async function run(command: CommandDeliver): Promise<void> {
    const known = await needs.memory.recall(command.command_id, command.device_id).catch(() => undefined);
    if (known !== undefined) {
      needs.sendAck(isTerminal(known.status) ? known : ack(command, cutOff));
      return;
    }
    const executing = ack(command, { status: "executing" });
    report(executing);
    // Written down first: after a reload it must not run again, whether or not it came to its end.
    await needs.memory.remember(executing).catch(() => undefined);
    const end = ack(command, await attempt(command));
    report(end);
    await needs.memory.remember(end).catch(() => undefined);
  }

  async function attempt(command: CommandDeliver): Promise<Omit<CommandAck, "command_id" | "device_id">> {
    const obstacle = needs.obstacle();
    if (obstacle !== undefined) return { status: "failed", error: obstacle };
    try {
      const result = await needs.execute(command);
      return result === undefined ? { status: "completed" } : { status: "completed", result };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { status: "failed", error: message.slice(0, errorLength) };
    }
  }

  return {
    add: (command) => {
      const present = underWay.get(command.command_id);
      if (present !== undefined) {
        needs.sendAck(present);
        return;
      }
      if (underWay.size >= queueLimit) {
        needs.sendAck(
          ack(command, {
            status: "failed",
            error: `${queueLimit} commands are waiting for this device already`,
          }),
        );
        return;
      }
      report(ack(command, { status: "received" }));
      tail = tail.then(() => run(command)).finally(() => underWay.delete(command.command_id));
    },
  };
}

function ack(command: CommandDeliver, rest: Omit<CommandAck, "command_id" | "device_id">): CommandAck {
  return { command_id: command.command_id, device_id: command.device_id, ...rest };
}

const cutOff = {
  status: "failed",
  error: "the worker was reloaded while this command ran; it is not run again",
} as const;
