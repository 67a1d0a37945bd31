import { isTerminal, type CommandAck } from "../../../protocol/command.ts";
import { memoryKey } from "../commands/command-memory.ts";

export const mostUnanswered = 500;

/**
 * The last ack of each command that the relay has not answered. Beyond its bound those of commands that have not ended
 * go first; the relay asks again for an end that it never got.
 */
export interface UnansweredAcks {
  add(ack: CommandAck): void;
  /** Unless a later one of the same command has taken its place. */
  answered(ack: CommandAck): void;
  /** In the order in which they were given. */
  all(): CommandAck[];
}

export function makeUnansweredAcks(): UnansweredAcks {
  const acks = new Map<string, CommandAck>();

  function leastNeeded(): CommandAck | undefined {
    const oldestFirst = [...acks.values()];
    return oldestFirst.find(({ status }) => !isTerminal(status)) ?? oldestFirst[0];
  }

  function forget(ack: CommandAck | undefined): void {
    if (ack !== undefined) acks.delete(keyOf(ack));
  }

  return {
    add(ack) {
      forget(ack);
      if (acks.size >= mostUnanswered) forget(leastNeeded());
      acks.set(keyOf(ack), ack);
    },
    answered(ack) {
      if (acks.get(keyOf(ack)) === ack) forget(ack);
    },
    all: () => [...acks.values()],
  };
}

function keyOf({ command_id: commandId, device_id: deviceId }: CommandAck): string {
  return memoryKey(commandId, deviceId);
}
