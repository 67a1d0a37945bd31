import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";
import * as v from "valibot";
import { commandStatus } from "../../protocol/command.ts";
import { deviceStatusUpdate } from "../../protocol/device.ts";
import type { Clock } from "../clock.ts";
import { describeBug, type Log } from "../log.ts";
import { migrate } from "./migrations.ts";
import type { AuditEvent, Store, StoredCommand } from "./store.ts";

/** How long a write that nobody waits for may wait for company. */
const groupingMs = 10;
const retryMs = 1000;

/** A store in an SQLite file, or in memory for `:memory:`. Throws when the file cannot be opened. */
export function makeSqliteStore(path: string, clock: Clock, log: Log = () => {}): Store {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  migrate(database);
  const group = makeCommitGroup(database, clock, log);

  const saveDevice = database.prepare(
    "INSERT OR REPLACE INTO devices (device_id, serial_number, pc_id, version, picture) VALUES (?, ?, ?, ?, ?)",
  );
  const forgetDevice = database.prepare("DELETE FROM devices WHERE device_id = ?");
  const listDevices = database.prepare("SELECT picture FROM devices ORDER BY pc_id, serial_number");
  const addCommand = database.prepare(
    `INSERT INTO commands (command_id, device_id, pc_id, actor, sender_id, command_type, status,
       accepted_at, ended_at, error, result)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const findCommand = database.prepare("SELECT * FROM commands WHERE command_id = ? ORDER BY device_id");
  const findCommandOf = database.prepare("SELECT * FROM commands WHERE command_id = ? AND device_id = ?");
  const updateCommand = database.prepare(
    "UPDATE commands SET status = ?, ended_at = ?, error = ?, result = ? WHERE command_id = ? AND device_id = ?",
  );
  const setSender = database.prepare(
    "UPDATE commands SET sender_id = ? WHERE command_id = ? AND device_id = ?",
  );
  const failUnfinished = database.prepare(
    "UPDATE commands SET status = 'failed', ended_at = ?, error = ? WHERE ended_at IS NULL",
  );
  const addAuditEvent = database.prepare(
    `INSERT INTO audit_events (event_id, at, actor, address, event, device_id, outcome, details)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const listAuditEvents = database.prepare("SELECT * FROM audit_events ORDER BY sequence DESC LIMIT ?");

  return {
    commit: () => group.commitSoon(),
    saveDevice(device) {
      group.begin();
      saveDevice.run(
        device.device_id,
        device.serial_number,
        device.pc_id,
        device.version,
        JSON.stringify(device),
      );
    },
    forgetDevice(deviceId) {
      group.begin();
      forgetDevice.run(deviceId);
    },
    listDevices: () =>
      listDevices.all().map((row) => v.parse(deviceStatusUpdate, jsonOf(row["picture"] ?? null))),
    addCommand(command) {
      group.begin();
      addCommand.run(
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
      );
    },
    findCommand: (commandId) => findCommand.all(commandId).map(commandOf),
    findCommandOf(commandId, deviceId) {
      const row = findCommandOf.get(commandId, deviceId);
      return row && commandOf(row);
    },
    setCommandSender(commandId, deviceId, senderId) {
      group.begin();
      setSender.run(senderId, commandId, deviceId);
    },
    updateCommand(commandId, deviceId, { status, endedAtMs, error, result }) {
      group.begin();
      updateCommand.run(status, endedAtMs ?? null, error ?? null, jsonText(result), commandId, deviceId);
    },
    failUnfinishedCommands(error, atMs) {
      group.begin();
      return Number(failUnfinished.run(atMs, error).changes);
    },
    addAuditEvent(event) {
      group.begin();
      addAuditEvent.run(
        event.eventId,
        event.atMs,
        event.actor,
        event.address,
        event.event,
        event.deviceId ?? null,
        event.outcome,
        jsonText(event.details),
      );
    },
    listAuditEvents: (limit) => listAuditEvents.all(limit).map(auditEventOf),
    close() {
      try {
        group.commitNow();
      } finally {
        database.close();
      }
    },
  };
}

/** Keeps one transaction open from the first write to the commit that all its writers share. */
function makeCommitGroup(database: DatabaseSync, clock: Clock, log: Log) {
  const start = database.prepare("BEGIN");
  const finish = database.prepare("COMMIT");
  let cancelTimer: (() => void) | undefined;
  let soon: Promise<void> | undefined;

  function commitNow(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    if (database.isOpen && database.isTransaction) finish.run();
  }

  /** Nobody waits for this one, so a disk that is full now is tried again. */
  function commitLater(delayMs: number): void {
    cancelTimer = clock.setTimer(delayMs, () => {
      try {
        commitNow();
      } catch (failure) {
        log(`the store could not be written, trying again: ${describeBug(failure)}`);
        commitLater(retryMs);
      }
    });
  }

  return {
    commitNow,
    begin() {
      if (database.isTransaction) return;
      start.run();
      if (cancelTimer === undefined) commitLater(groupingMs);
    },
    /** Everybody who asks in this turn of the event loop shares one commit at its end. */
    commitSoon(): Promise<void> {
      soon ??= new Promise((resolve, reject) => {
        setImmediate(() => {
          soon = undefined;
          try {
            commitNow();
            resolve();
          } catch (failure) {
            commitLater(retryMs);
            reject(failure);
          }
        });
      });
      return soon;
    },
  };
}

type Row = Record<string, SQLOutputValue>;

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
    ...(row["result"] === null ? {} : { result: jsonOf(row["result"] ?? null) }),
  };
}

function auditEventOf(row: Row): AuditEvent {
  return {
    eventId: String(row["event_id"]),
    atMs: Number(row["at"]),
    actor: String(row["actor"]),
    address: String(row["address"]),
    event: String(row["event"]),
    ...(row["device_id"] === null ? {} : { deviceId: String(row["device_id"]) }),
    outcome: String(row["outcome"]),
    ...(row["details"] === null ? {} : { details: jsonOf(row["details"] ?? null) }),
  };
}

function jsonText(value: unknown): SQLInputValue {
  return value === undefined ? null : JSON.stringify(value);
}

function jsonOf(text: SQLOutputValue): unknown {
  return JSON.parse(String(text));
}
