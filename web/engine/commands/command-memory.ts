import type { CommandAck } from "../../../protocol/command.ts";

/** What is remembered of a command: its last ack. One that is not terminal was cut off by a reload. */
export interface CommandMemory {
  /** Undefined for a command that was never seen (or longer ago than some 10,000 others). */
  recall(commandId: string, deviceId: string): Promise<CommandAck | undefined>;
  /** Resolves when the ack is kept; a reload after that does not forget it. */
  remember(ack: CommandAck): Promise<void>;
}

/** Results beyond this many characters are not kept, so that the memory stays below 40 MB over the years. */
const keptResultLength = 4096;
export const rememberedCommands = 10_000;

export function memoryKey(commandId: string, deviceId: string): string {
  return `${commandId}/${deviceId}`;
}

/** The ack without a result that is too large to keep. */
export function withoutLargeResult(ack: CommandAck): CommandAck {
  if (ack.result === undefined || JSON.stringify(ack.result).length <= keptResultLength) return ack;
  const { result: _large, ...rest } = ack;
  return rest;
}

/** Forgets everything with the thread: for tests, and for browsers that refuse storage. */
export function makeVolatileCommandMemory(): CommandMemory {
  const acks = new Map<string, CommandAck>();
  return {
    recall: (commandId, deviceId) => Promise.resolve(acks.get(memoryKey(commandId, deviceId))),
    remember: (ack) => {
      const key = memoryKey(ack.command_id, ack.device_id);
      acks.delete(key);
      acks.set(key, withoutLargeResult(ack));
      const oldest = acks.keys().next().value;
      if (acks.size > rememberedCommands && oldest !== undefined) acks.delete(oldest);
      return Promise.resolve();
    },
  };
}

/** As the lasting one, and for the life of this thread also when that one fails. */
export function makeBackedCommandMemory(lasting: CommandMemory): CommandMemory {
  const present = makeVolatileCommandMemory();
  return {
    recall: async (commandId, deviceId) =>
      (await present.recall(commandId, deviceId)) ?? (await lasting.recall(commandId, deviceId)),
    remember: async (ack) => {
      await present.remember(ack);
      await lasting.remember(ack);
    },
  };
}
