import { isTerminal } from "../../../protocol/command.ts";
import type { SentCommand } from "../simulated-dashboard.ts";
import { executionKey } from "../simulated-worker.ts";
import type { FaultRun } from "./fault-run.ts";
import { readTrail, type TrailedCommand } from "./trail.ts";

/** Everything in a run that breaks a promise, in words; nothing when all were kept. */
export function judge(run: FaultRun): string[] {
  const { verification, hashes, commands } = readTrail(run.storePath);
  return [
    ...(verification.kind === "broken"
      ? [`the trail is broken at ${verification.sequence}: ${verification.problem}`]
      : []),
    ...run.heads
      .filter((head) => !hashes.has(head))
      .map((head) => `the trail has lost what it once ended with: ${head}`),
    ...run.commands.flatMap((command) => judgeCommand(command, run, commands)),
    ...[...run.executions]
      .filter(([, times]) => times > 1)
      .map(([key, times]) => `${key} was executed ${times} times`),
    ...run.log.split("\n").filter((line) => line.includes("bug:")),
  ];
}

function judgeCommand(command: SentCommand, run: FaultRun, trail: Map<string, TrailedCommand>): string[] {
  const { commandId, state, deviceIds, ends, fault } = command;
  if (state === "refused") {
    const executed = [...run.executions.keys()].filter((key) => key.startsWith(commandId));
    return executed.map((key) => `${key} was refused (${fault?.code}) and executed`);
  }
  if (state !== "accepted") return [`${commandId} is ${state}: ${fault?.message ?? ""}`];
  const strangers = [...ends.keys()].filter((deviceId) => !deviceIds.includes(deviceId));
  return [
    ...strangers.map((deviceId) => `${commandId} ended for ${deviceId}, which was no target`),
    ...deviceIds.flatMap((deviceId) => {
      const key = executionKey({ command_id: commandId, device_id: deviceId });
      return judgeTarget(command, deviceId, run.executions.get(key) ?? 0, trail.get(key)).map(
        (complaint) => `${key}: ${complaint}`,
      );
    }),
  ];
}

/**
 * Exactly one terminal ack: a dashboard hears at most one on each of its connections (another one only because it asked
 * again after it had lost the one before), at least one in all, and never two that differ.
 */
function judgeTarget(
  { ends }: SentCommand,
  deviceId: string,
  executions: number,
  trailed: TrailedCommand | undefined,
): string[] {
  const told = ends.get(deviceId) ?? [];
  const statuses = [...new Set(told.map(({ status }) => status))];
  const connections = new Set(told.map(({ connection }) => connection));
  const complaints: string[] = [];
  if (told.length === 0) complaints.push("has no terminal ack");
  if (connections.size < told.length) complaints.push("has two terminal acks on one connection");
  if (statuses.length > 1) complaints.push(`was told to be ${statuses.join(" and ")}`);
  if (statuses.includes("completed") && executions === 0)
    complaints.push("is completed and was never executed");
  const accepted = trailed?.sent ?? [];
  if (accepted.length !== 1) complaints.push(`is in the trail as sent ${accepted.length} times`);
  const trailedEnds = (trailed?.acked ?? []).filter(isTerminal);
  if (trailedEnds.length !== 1) complaints.push(`ended ${trailedEnds.length} times in the trail`);
  else if (told.length > 0 && trailedEnds[0] !== statuses[0]) {
    complaints.push(`is ${trailedEnds[0]} in the trail and was told to be ${statuses[0]}`);
  }
  return complaints;
}
