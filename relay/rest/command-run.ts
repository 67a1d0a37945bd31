import { isTerminal, type CommandAck } from "../../protocol/command.ts";
import { succeed, type Result } from "../../protocol/fault.ts";
import type { CommandOutcome, CommandTarget } from "../../protocol/rest.ts";
import type { Clock } from "../clock.ts";
import type { Script } from "./script.ts";

/** Results beyond this are left out of an answer: ten thousand screenshots would be gigabytes. */
const mostResultChars = 16_000_000;

export interface CommandWait {
  clock: Clock;
  waitMs: number;
  /** Aborts when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/**
 * Sends a command and waits for the end of all its targets, or until the time is up; the command goes on without us.
 */
export async function runCommand(
  script: Script,
  command: { command_id: string },
  { clock, waitMs, signal }: CommandWait,
): Promise<Result<CommandOutcome>> {
  const { command_id: commandId } = command;
  const told = new Map<string, CommandTarget>();
  const ended = new Set<string>();
  let roomChars = mostResultChars;
  let wake: (() => void) | undefined;

  script.onAck((ack) => {
    if (ack.command_id !== commandId || ended.has(ack.device_id)) return;
    const target = targetOf(ack, roomChars);
    roomChars -= target.chars;
    told.set(ack.device_id, target.value);
    if (isTerminal(ack.status)) ended.add(ack.device_id);
    wake?.();
  });
  const accepted = await script.request("command:send", command);
  if (!accepted.ok) return accepted;
  const { device_ids: deviceIds } = accepted.value;
  await new Promise<void>((resolve) => {
    const cancel = clock.setTimer(waitMs, finish);
    function finish(): void {
      cancel();
      resolve();
    }
    wake = () => {
      if (ended.size >= deviceIds.length) finish();
    };
    for (const end of [signal, script.closed]) {
      if (end.aborted) finish();
      else end.addEventListener("abort", finish, { once: true });
    }
    wake();
    if (waitMs === 0) finish();
  });
  return succeed({
    command_id: commandId,
    targets: deviceIds.map((deviceId) => told.get(deviceId) ?? { device_id: deviceId, status: "accepted" }),
  });
}

function targetOf(ack: CommandAck, roomChars: number): { value: CommandTarget; chars: number } {
  const { command_id: _, result, ...target } = ack;
  if (result === undefined) return { value: target, chars: 0 };
  const chars = JSON.stringify(result).length;
  return chars > roomChars
    ? { value: { ...target, is_result_left_out: true }, chars: 0 }
    : { value: { ...target, result }, chars };
}
