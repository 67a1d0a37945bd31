import type { DatabaseSync } from "node:sqlite";
import type { ChainedRow } from "../audit/chain.ts";
import { chainedRowFrom, readAnchor } from "./audit-rows.ts";
import type { CommitGroup } from "./commit-group.ts";

/** A row of the trail with the hash that it has there. */
export interface HashedRow extends ChainedRow {
  hash: string;
}

/** A row that the other side refused. It stays in the trail. */
export interface RowSetAside {
  sequence: number;
  eventId: string;
  reason: string;
  atMs: number;
}

/** How far the trail was sent to each place that keeps a copy of it. */
export interface OutboxRows {
  /** The next rows after that one, in order: at most so many, and no more than so many bytes of text but for the first. */
  auditRowsAfter(sequence: number, mostRows: number, mostBytes: number): HashedRow[];
  /** The last row that need not be sent any more; the last that is no longer kept, for a place that is new. */
  outboxPosition(place: string): number;
  setOutboxPosition(place: string, sequence: number): void;
  setAside(place: string, row: RowSetAside): void;
  /** The oldest first. */
  listSetAside(place: string, limit: number): RowSetAside[];
}

export function makeOutboxRows(database: DatabaseSync, group: CommitGroup): OutboxRows {
  const after = database.prepare("SELECT * FROM audit_events WHERE sequence > ? ORDER BY sequence LIMIT ?");
  const position = database.prepare("SELECT sequence FROM outbox_positions WHERE place = ?");
  const setPosition = database.prepare(
    `INSERT INTO outbox_positions (place, sequence) VALUES (?, ?)
     ON CONFLICT (place) DO UPDATE SET sequence = excluded.sequence`,
  );
  const addAside = database.prepare(
    "INSERT OR REPLACE INTO outbox_set_aside (place, sequence, event_id, reason, at) VALUES (?, ?, ?, ?, ?)",
  );
  const aside = database.prepare("SELECT * FROM outbox_set_aside WHERE place = ? ORDER BY sequence LIMIT ?");

  return {
    auditRowsAfter(sequence, mostRows, mostBytes) {
      const rows: HashedRow[] = [];
      let bytes = 0;
      for (const stored of after.iterate(sequence, mostRows)) {
        const row = { ...chainedRowFrom(stored), hash: String(stored["hash"]) };
        bytes += lengthOf(row);
        if (rows.length > 0 && bytes > mostBytes) break;
        rows.push(row);
      }
      return rows;
    },
    outboxPosition(place) {
      const kept = position.get(place);
      return kept === undefined ? readAnchor(database).sequence : Number(kept["sequence"]);
    },
    setOutboxPosition: (place, sequence) => group.write(() => setPosition.run(place, sequence)),
    setAside: (place, { sequence, eventId, reason, atMs }) =>
      group.write(() => addAside.run(place, sequence, eventId, reason, atMs)),
    listSetAside: (place, limit) =>
      aside.all(place, limit).map((row) => ({
        sequence: Number(row["sequence"]),
        eventId: String(row["event_id"]),
        reason: String(row["reason"]),
        atMs: Number(row["at"]),
      })),
  };
}

/** About: what else a row has is short. */
function lengthOf({ actor, event, outcome, details }: HashedRow): number {
  return 300 + actor.length + event.length + outcome.length + (details?.length ?? 0);
}
