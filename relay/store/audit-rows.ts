import type { DatabaseSync } from "node:sqlite";
import type { CommitGroup } from "./commit-group.ts";
import { jsonOf, jsonText, type Row } from "./row.ts";

/** One row of the audit trail. */
export interface AuditEvent {
  eventId: string;
  atMs: number;
  actor: string;
  address: string;
  event: string;
  deviceId?: string;
  outcome: string;
  details?: unknown;
}

/** The audit trail. */
export interface AuditRows {
  addAuditEvent(event: AuditEvent): void;
  /** The newest first. */
  listAuditEvents(limit: number): AuditEvent[];
}

export function makeAuditRows(database: DatabaseSync, group: CommitGroup): AuditRows {
  const add = database.prepare(
    `INSERT INTO audit_events (event_id, at, actor, address, event, device_id, outcome, details)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const list = database.prepare("SELECT * FROM audit_events ORDER BY sequence DESC LIMIT ?");

  return {
    addAuditEvent(event) {
      group.begin();
      add.run(
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
    listAuditEvents: (limit) => list.all(limit).map(auditEventOf),
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
    ...(row["details"] === null ? {} : { details: jsonOf(row["details"]) }),
  };
}
