import type { DatabaseSync } from "node:sqlite";
import * as v from "valibot";
import { commandStatus, type CommandStatus } from "../../protocol/command.ts";
import type { CommitGroup } from "./commit-group.ts";
import { jsonOf, jsonText, type Row } from "./row.ts";

/** One command for one device, as it is remembered. Times are Unix milliseconds. */
export interface StoredCommand {
  commandId: string;
  deviceId: string;
  pcId: string;
  actor: string;
  /** The wire that heard of it last. */
  senderId: string;
  commandType: string;
  status: CommandStatus | "accepted";
  acceptedAtMs: number;
  endedAtMs?: number;
  error?: string;
  /** Never the whole of a long result: see `summarizeResult`. */
  result?: unknown;
}

interface CommandProgress {
  status: CommandStatus;
  endedAtMs?: number;
  error?: string;
  result?: unknown;
}

/** The commands the relay accepted. */
export interface CommandRows {
  addCommand(command: StoredCommand): void;
  /** All targets of a command; empty when its id is new. */
  findCommand(commandId: string): StoredCommand[];
  /** One target of a command. */
  findCommandOf(commandId: string, deviceId: string): StoredCommand | undefined;
  setCommandSender(commandId: string, deviceId: string, senderId: string): void;
  updateCommand(commandId: string, deviceId: string, progress: CommandProgress): void;
  /** Ends every command that has not ended as `failed` and says how many there were. */
  failUnfinishedCommands(error: string, atMs: number): number;
}

export function makeCommandRows(database: DatabaseSync, group: CommitGroup): CommandRows {
  const add = database.prepare(
    `INSERT INTO commands (command_id, device_id, pc_id, actor, sender_id, command_type, status,
       accepted_at, ended_at, error, result)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const find = database.prepare("SELECT * FROM commands WHERE command_id = ? ORDER BY device_id");
  const findOf = database.prepare("SELECT * FROM commands WHERE command_id = ? AND device_id = ?");
  const update = database.prepare(
    "UPDATE commands SET status = ?, ended_at = ?, error = ?, result = ? WHERE command_id = ? AND device_id = ?",
  );
  const setSender = database.prepare(
    "UPDATE commands SET sender_id = ? WHERE command_id = ? AND device_id = ?",
  );
  const failUnfinished = database.prepare(
    "UPDATE commands SET status = 'failed', ended_at = ?, error = ? WHERE ended_at IS NULL",
  );

  return {
    addCommand(command) {
      const values = [
        command.commandId,
        command.deviceId,
        command.pcId,
        command.actor,
        command.senderId,
        command.commandType,
        command.status,
        command.acceptedAtMs,
        command.endedAtMs ?? null,
        command.error ?? null,
        jsonText(command.result),
      ];
      group.write(() => add.run(...values));
    },
    findCommand: (commandId) => find.all(commandId).map(commandOf),
    findCommandOf(commandId, deviceId) {
      const row = findOf.get(commandId, deviceId);
      return row && commandOf(row);
    },
    setCommandSender(commandId, deviceId, senderId) {
      group.write(() => setSender.run(senderId, commandId, deviceId));
    },
    updateCommand(commandId, deviceId, { status, endedAtMs, error, result }) {
      const values = [status, endedAtMs ?? null, error ?? null, jsonText(result), commandId, deviceId];
      group.write(() => update.run(...values));
    },
    failUnfinishedCommands(error, atMs) {
      let failed = 0;
      group.write(() => {
        failed = Number(failUnfinished.run(atMs, error).changes);
      });
      return failed;
    },
  };
}

function commandOf(row: Row): StoredCommand {
  const status = String(row["status"]);
  return {
    commandId: String(row["command_id"]),
    deviceId: String(row["device_id"]),
    pcId: String(row["pc_id"]),
    actor: String(row["actor"]),
    senderId: String(row["sender_id"]),
    commandType: String(row["command_type"]),
    status: status === "accepted" ? status : v.parse(commandStatus, status),
    acceptedAtMs: Number(row["accepted_at"]),
    ...(row["ended_at"] === null ? {} : { endedAtMs: Number(row["ended_at"]) }),
    ...(row["error"] === null ? {} : { error: String(row["error"]) }),
    ...(row["result"] === null ? {} : { result: jsonOf(row["result"]) }),
  };
}
