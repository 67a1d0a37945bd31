import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { AuditRow } from "../../protocol/audit.ts";
import { isoTimeOf } from "../clock.ts";
import { chainedRowFrom, type AuditRows } from "./audit-rows.ts";
import { jsonOf, type Row } from "./row.ts";

/** What is looked for in the trail; everything given must match. */
export interface AuditFilter {
  actor?: string | undefined;
  deviceId?: string | undefined;
  /** A name, or its beginning with a `*`. */
  event?: string | undefined;
  fromMs?: number | undefined;
  untilMs?: number | undefined;
  before?: number | undefined;
  limit: number;
}

/** One index's rows of one event, newest first. */
interface Lane {
  /** Named to SQLite, which without statistics takes another. */
  index: string | undefined;
  conditions: string[];
  values: SQLInputValue[];
}

/** By how much the clock may have been set back before a time range misses rows of those moments. */
const clockSlackMs = 3_600_000;

/** Finds rows of the trail, the newest first. A page costs its own rows, however long the trail is. */
export function makeAuditQuery(database: DatabaseSync): Pick<AuditRows, "queryAudit" | "firstAuditRowSince"> {
  const statements = new Map<string, StatementSync>();

  function prepare(sql: string): StatementSync {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }

  function timeAt(sequence: number): number {
    return Number(prepare("SELECT at FROM audit_events WHERE sequence = ?").get(sequence)?.["at"]);
  }

  /** The first sequence from `low` to `high` whose time is not before that, `high` when there is none. No row is missing. */
  function sequenceFrom(atMs: number, lowest: number, highest: number): number {
    let low = lowest;
    let high = highest;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (timeAt(middle) < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function trailEnds(): { first: number; next: number } {
    // One aggregate each: together they would be looked for in every row.
    const first = Number(prepare("SELECT min(sequence) AS first FROM audit_events").get()?.["first"]);
    const next = Number(prepare("SELECT max(sequence) + 1 AS next FROM audit_events").get()?.["next"]);
    return { first, next };
  }

  function sequenceRange({ fromMs, untilMs, before }: AuditFilter): { lowest: number; below: number } {
    const { first, next } = trailEnds();
    const lowest = fromMs === undefined ? first : sequenceFrom(fromMs - clockSlackMs, first, next);
    const below = untilMs === undefined ? next : sequenceFrom(untilMs + clockSlackMs + 1, first, next);
    return { lowest, below: Math.min(below, before ?? below) };
  }

  /** Every event's name that has rows under these conditions, each found by one step in the index. */
  function namesOf({ index, conditions, values }: Lane, prefix: string): string[] {
    const where = [...conditions, "event >= ?"].join(" AND ");
    const first = prepare(`SELECT min(event) AS name FROM ${tableBy(index)} WHERE ${where}`);
    const after = prepare(
      `SELECT min(event) AS name FROM ${tableBy(index)} WHERE ${where.replace(">=", ">")}`,
    );
    const names: string[] = [];
    let found = first.get(...values, prefix)?.["name"];
    while (typeof found === "string" && found.startsWith(prefix)) {
      names.push(found);
      found = after.get(...values, found)?.["name"];
    }
    return names;
  }

  function lanesOf({ actor, deviceId, event }: AuditFilter): Lane[] {
    const lane: Lane = { index: indexFor({ actor, deviceId, event }), conditions: [], values: [] };
    if (deviceId !== undefined) narrow(lane, "device_id = ?", deviceId);
    else if (actor !== undefined) narrow(lane, "actor = ?", actor);
    else if (event === undefined) return [lane];
    const isPrefix = event === undefined || event.endsWith("*");
    const names = isPrefix ? namesOf(lane, (event ?? "*").slice(0, -1)) : [event];
    return names.map((name) => {
      const named = { ...lane, conditions: [...lane.conditions], values: [...lane.values] };
      narrow(named, "event = ?", name);
      if (deviceId !== undefined && actor !== undefined) narrow(named, "actor = ?", actor);
      return named;
    });
  }

  function queryAudit(filter: AuditFilter): AuditRow[] {
    const { lowest, below } = sequenceRange(filter);
    const sequences = lanesOf(filter).flatMap((lane) => {
      narrow(lane, "sequence >= ?", lowest);
      narrow(lane, "sequence < ?", below);
      if (filter.fromMs !== undefined) narrow(lane, "at >= ?", filter.fromMs);
      if (filter.untilMs !== undefined) narrow(lane, "at <= ?", filter.untilMs);
      const where = lane.conditions.join(" AND ");
      const sql = `SELECT sequence FROM ${tableBy(lane.index)} WHERE ${where} ORDER BY sequence DESC LIMIT ?`;
      return prepare(sql)
        .all(...lane.values, filter.limit)
        .map(({ sequence }) => Number(sequence));
    });
    const newest = sequences.sort((one, other) => other - one).slice(0, filter.limit);
    const read = prepare("SELECT * FROM audit_events WHERE sequence = ?");
    return newest.flatMap((sequence) => {
      const row = read.get(sequence);
      return row === undefined ? [] : [auditRowOf(row)];
    });
  }

  return {
    queryAudit,
    firstAuditRowSince(atMs) {
      const { first, next } = trailEnds();
      return sequenceFrom(atMs, first, next);
    },
  };
}

function indexFor({ actor, deviceId, event }: Omit<AuditFilter, "limit">): string | undefined {
  if (deviceId !== undefined) return "audit_events_of_device";
  if (actor !== undefined) return "audit_events_of_actor";
  return event === undefined ? undefined : "audit_events_of_name";
}

function tableBy(index: string | undefined): string {
  return index === undefined ? "audit_events" : `audit_events INDEXED BY ${index}`;
}

function narrow({ conditions, values }: Lane, condition: string, value: SQLInputValue): void {
  conditions.push(condition);
  values.push(value);
}

function auditRowOf(row: Row): AuditRow {
  const { sequence, eventId, atMs, actor, address, event, deviceId, outcome, details } = chainedRowFrom(row);
  return {
    sequence,
    event_id: eventId,
    at: isoTimeOf(atMs),
    actor,
    address,
    event,
    ...(deviceId === null ? {} : { device_id: deviceId }),
    outcome,
    ...(details === null ? {} : { details: jsonOf(details) }),
    hash: String(row["hash"]),
  };
}
