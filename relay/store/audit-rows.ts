import type { DatabaseSync } from "node:sqlite";
import { chainStart, hashOf, type ChainedRow, type ChainLink } from "../audit/chain.ts";
import type { AuditRow } from "../../protocol/audit.ts";
import { makeAuditPruning, type AuditPruning } from "./audit-pruning.ts";
import { makeAuditQuery, type AuditFilter } from "./audit-query.ts";
import type { CommitGroup } from "./commit-group.ts";
import { jsonOf, type Row } from "./row.ts";

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

/** The audit trail: a chain in which each row's hash is over the row before. */
export interface AuditRows extends AuditPruning {
  addAuditEvent(event: AuditEvent): void;
  /** The newest first. */
  listAuditEvents(limit: number): AuditEvent[];
  /** Rows that match, the newest first. */
  queryAudit(filter: AuditFilter): AuditRow[];
  /** The first row that is not older than that, or the one after the newest. */
  firstAuditRowSince(atMs: number): number;
  /** When that row was written, Unix milliseconds; undefined when there is none. */
  auditTimeOf(sequence: number): number | undefined;
  /** The newest row, durable or not yet. */
  auditHead(): ChainLink;
  /** The last row that is no longer kept, and the newest. */
  auditEnds(): { anchor: ChainLink; head: ChainLink };
  /** How many there are, from the ends alone: only the oldest are ever deleted. */
  countAuditEvents(): number;
}

export function makeAuditRows(database: DatabaseSync, group: CommitGroup): AuditRows {
  const add = database.prepare(
    `INSERT INTO audit_events (sequence, event_id, at, actor, address, event, device_id, outcome, details, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const list = database.prepare("SELECT * FROM audit_events ORDER BY sequence DESC LIMIT ?");
  let head = readHead(database);
  const timeOf = database.prepare("SELECT at FROM audit_events WHERE sequence = ?");
  const ends = database.prepare(
    `SELECT (SELECT max(sequence) FROM audit_events) - (SELECT min(sequence) FROM audit_events) + 1 AS count`,
  );

  return {
    addAuditEvent(event) {
      const row = chainedRowOf(event, head.sequence + 1);
      const hash = hashOf(head.hash, row);
      const { sequence, eventId, atMs, actor, address, deviceId, outcome, details } = row;
      group.write(() =>
        add.run(sequence, eventId, atMs, actor, address, row.event, deviceId, outcome, details, hash),
      );
      head = { sequence, hash };
    },
    listAuditEvents: (limit) => list.all(limit).map(auditEventOf),
    ...makeAuditQuery(database),
    ...makeAuditPruning(database, group),
    auditTimeOf(sequence) {
      const row = timeOf.get(sequence);
      return row === undefined ? undefined : Number(row["at"]);
    },
    auditHead: () => head,
    auditEnds: () => ({ anchor: readAnchor(database), head }),
    countAuditEvents: () => Number(ends.get()?.["count"] ?? 0),
  };
}

/** Where the chain goes on: at its newest row, or at the last one that was pruned. */
function readHead(database: DatabaseSync): ChainLink {
  const newest = database
    .prepare("SELECT sequence, hash FROM audit_events ORDER BY sequence DESC LIMIT 1")
    .get();
  return newest === undefined ? readAnchor(database) : linkFrom(newest);
}

/** The last row that is no longer kept. */
export function readAnchor(database: DatabaseSync): ChainLink {
  const anchor = database.prepare("SELECT sequence, hash FROM audit_anchor").get();
  return anchor === undefined ? chainStart : linkFrom(anchor);
}

function linkFrom(row: Row): ChainLink {
  return { sequence: Number(row["sequence"]), hash: String(row["hash"]) };
}

/** SQLite would store half a surrogate pair as another character than was hashed. */
function chainedRowOf(event: AuditEvent, sequence: number): ChainedRow {
  return {
    sequence,
    eventId: event.eventId,
    atMs: event.atMs,
    actor: event.actor.toWellFormed(),
    address: event.address.toWellFormed(),
    event: event.event.toWellFormed(),
    deviceId: event.deviceId ?? null,
    outcome: event.outcome.toWellFormed(),
    details: event.details === undefined ? null : JSON.stringify(event.details),
  };
}

/** The row as it was hashed. */
export function chainedRowFrom(row: Row): ChainedRow {
  return {
    sequence: Number(row["sequence"]),
    eventId: String(row["event_id"]),
    atMs: Number(row["at"]),
    actor: String(row["actor"]),
    address: String(row["address"]),
    event: String(row["event"]),
    deviceId: row["device_id"] === null ? null : String(row["device_id"]),
    outcome: String(row["outcome"]),
    details: row["details"] === null ? null : String(row["details"]),
  };
}

function auditEventOf(row: Row): AuditEvent {
  const { eventId, atMs, actor, address, event, deviceId, outcome, details } = chainedRowFrom(row);
  return {
    eventId,
    atMs,
    actor,
    address,
    event,
    ...(deviceId === null ? {} : { deviceId }),
    outcome,
    ...(details === null ? {} : { details: jsonOf(details) }),
  };
}
