import type { DatabaseSync } from "node:sqlite";
import * as v from "valibot";
import {
  commandParams,
  commandStatus,
  commandType,
  type CommandParams,
  type CommandStatus,
  type CommandType,
} from "../../protocol/command.ts";
import type { CommitGroup } from "./commit-group.ts";
import { jsonOf, jsonText, type Row } from "./row.ts";

/**
 * How far a command is for one device. `accepted`: it never left the relay. `sent`: it may have reached the worker. Then
 * what the worker said last.
 */
export type TargetStatus = "accepted" | "sent" | CommandStatus;

/** One command for one device, as it is remembered. Times are Unix milliseconds. */
export interface StoredCommand {
  commandId: string;
  deviceId: string;
  pcId: string;
  actor: string;
  address: string;
  /** The wire that heard of it last. */
  senderId: string;
  commandType: CommandType;
  /** Kept until the command has ended. */
  params?: CommandParams;
  status: TargetStatus;
  acceptedAtMs: number;
  /** When it fails if nothing happens before. */
  deadlineAtMs: number;
  endedAtMs?: number;
  error?: string;
  /** Never the whole of a long result: see `summarizeResult`. */
  result?: unknown;
}

interface CommandProgress {
  status: TargetStatus;
  /** The present one stays when absent. */
  deadlineAtMs?: number;
  endedAtMs?: number;
  error?: string;
  result?: unknown;
}

/** The commands the relay accepted. */
export interface CommandRows {
  addCommand(command: StoredCommand): void;
  /** All targets of a command; empty when its id is new. */
  findCommand(commandId: string): StoredCommand[];
  /** Whose command this is; undefined when its id is new. */
  actorOfCommand(commandId: string): string | undefined;
  /** One target of a command. */
  findCommandOf(commandId: string, deviceId: string): StoredCommand | undefined;
  /** In the order of acceptance. */
  listUnfinishedCommands(): StoredCommand[];
  setCommandSender(commandId: string, deviceId: string, senderId: string): void;
  updateCommand(commandId: string, deviceId: string, progress: CommandProgress): void;
  /** Forgets at most `most` commands that ended before this time and says how many there were. */
  forgetCommandsEndedBefore(atMs: number, most: number): number;
}

export function makeCommandRows(database: DatabaseSync, group: CommitGroup): CommandRows {
  const add = database.prepare(
    `INSERT INTO commands (command_id, device_id, pc_id, actor, address, sender_id, command_type, params, status,
       accepted_at, deadline_at, ended_at, error, result)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const find = database.prepare("SELECT * FROM commands WHERE command_id = ? ORDER BY device_id");
  const findOf = database.prepare("SELECT * FROM commands WHERE command_id = ? AND device_id = ?");
  const findActor = database.prepare("SELECT actor FROM commands WHERE command_id = ? LIMIT 1");
  const listUnfinished = database.prepare(
    "SELECT * FROM commands WHERE ended_at IS NULL ORDER BY accepted_at, command_id",
  );
  const setSender = database.prepare(
    "UPDATE commands SET sender_id = ? WHERE command_id = ? AND device_id = ?",
  );
  const update = database.prepare(
    `UPDATE commands SET status = ?, deadline_at = COALESCE(?, deadline_at), error = ?, result = ?
     WHERE command_id = ? AND device_id = ?`,
  );
  const end = database.prepare(
    `UPDATE commands SET status = ?, ended_at = ?, params = NULL, error = ?, result = ?
     WHERE command_id = ? AND device_id = ?`,
  );
  const findEnded = database.prepare("SELECT 1 FROM commands WHERE ended_at < ? LIMIT 1");
  const forget = database.prepare(
    `DELETE FROM commands WHERE (command_id, device_id) IN
       (SELECT command_id, device_id FROM commands WHERE ended_at < ? LIMIT ?)`,
  );

  return {
    addCommand(command) {
      const values = [
        command.commandId,
        command.deviceId,
        command.pcId,
        command.actor,
        command.address,
        command.senderId,
        command.commandType,
        jsonText(command.params),
        command.status,
        command.acceptedAtMs,
        command.deadlineAtMs,
        command.endedAtMs ?? null,
        command.error ?? null,
        jsonText(command.result),
      ];
      group.write(() => add.run(...values));
    },
    findCommand: (commandId) => find.all(commandId).map(commandOf),
    actorOfCommand(commandId) {
      const row = findActor.get(commandId);
      return row && String(row["actor"]);
    },
    findCommandOf(commandId, deviceId) {
      const row = findOf.get(commandId, deviceId);
      return row && commandOf(row);
    },
    listUnfinishedCommands: () => listUnfinished.all().map(commandOf),
    setCommandSender(commandId, deviceId, senderId) {
      group.write(() => setSender.run(senderId, commandId, deviceId));
    },
    updateCommand(commandId, deviceId, { status, deadlineAtMs, endedAtMs, error, result }) {
      const [statement, atMs] = endedAtMs === undefined ? [update, deadlineAtMs] : [end, endedAtMs];
      const values = [status, atMs ?? null, error ?? null, jsonText(result), commandId, deviceId];
      group.write(() => statement.run(...values));
    },
    forgetCommandsEndedBefore(atMs, most) {
      let forgotten = 0;
      // A relay at rest leaves its disk at rest.
      if (findEnded.get(atMs) === undefined) return forgotten;
      group.write(() => {
        forgotten = Number(forget.run(atMs, most).changes);
      });
      return forgotten;
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
    address: String(row["address"]),
    senderId: String(row["sender_id"]),
    commandType: v.parse(commandType, row["command_type"]),
    ...(row["params"] === null ? {} : { params: v.parse(commandParams, jsonOf(row["params"])) }),
    status: status === "accepted" || status === "sent" ? status : v.parse(commandStatus, status),
    acceptedAtMs: Number(row["accepted_at"]),
    // Written by a relay that kept none: it is over.
    deadlineAtMs: Number(row["deadline_at"] ?? 0),
    ...(row["ended_at"] === null ? {} : { endedAtMs: Number(row["ended_at"]) }),
    ...(row["error"] === null ? {} : { error: String(row["error"]) }),
    ...(row["result"] === null ? {} : { result: jsonOf(row["result"]) }),
  };
}
