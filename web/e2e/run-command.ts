import type { Socket } from "socket.io-client";
import { expect } from "vitest";
import { type CommandAck, type CommandType, isTerminal, type ShellResult } from "../../protocol/command.ts";

/** Sends a command as a dashboard does and answers its last ack. */
export async function runCommand(
  dashboard: Socket,
  deviceId: string,
  type: CommandType,
  params: object,
): Promise<CommandAck> {
  const command_id = crypto.randomUUID();
  const ended = new Promise<CommandAck>((resolve) => {
    const hear = (ack: CommandAck): void => {
      if (ack.command_id !== command_id || !isTerminal(ack.status)) return;
      dashboard.off("command:ack", hear);
      resolve(ack);
    };
    dashboard.on("command:ack", hear);
  });
  const command = { command_id, device_id: deviceId, command_type: type, params };
  expect(await dashboard.emitWithAck("command:send", command)).toMatchObject({ ok: true });
  return await ended;
}

/** Runs a line in the device's shell; what it answers when the command failed is for the caller to find out. */
export async function runShell(
  dashboard: Socket,
  deviceId: string,
  shellCommand: string,
): Promise<ShellResult> {
  const { result } = await runCommand(dashboard, deviceId, "shell", { shellCommand });
  return result as ShellResult;
}
