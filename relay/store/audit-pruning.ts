import type { DatabaseSync } from "node:sqlite";
import { readAnchor } from "./audit-rows.ts";
import type { CommitGroup } from "./commit-group.ts";

/** What a row takes beside its texts: its numbers, and its place in the indexes. Measured: 487 bytes for 271 of text. */
const overheadBytes = 210;
const sampleRows = 200;
/** More than one step frees. */
const pagesAtOnce = 200;

/** Takes the oldest rows out of the trail. */
export interface AuditPruning {
  /** About how much of the disk the trail takes. */
  estimateAuditBytes(): number;
  auditHashOf(sequence: number): string | undefined;
  /** Deletes at most so many of the oldest rows up to `through` and gives their room back; false when there is none. */
  pruneAudit(through: number, most: number): boolean;
}

export function makeAuditPruning(database: DatabaseSync, group: CommitGroup): AuditPruning {
  const ends = database.prepare("SELECT max(sequence) AS last FROM audit_events");
  const sizeOf = database.prepare(
    `SELECT length(event_id) + length(actor) + length(address) + length(event) + coalesce(length(device_id), 0)
       + length(outcome) + coalesce(length(CAST(details AS BLOB)), 0) + length(hash) AS bytes
     FROM audit_events WHERE sequence = ?`,
  );
  const hash = database.prepare("SELECT hash FROM audit_events WHERE sequence = ?");
  const remove = database.prepare("DELETE FROM audit_events WHERE sequence <= ?");
  const removeSetAside = database.prepare("DELETE FROM outbox_set_aside WHERE sequence <= ?");
  const setAnchor = database.prepare("UPDATE audit_anchor SET sequence = ?, hash = ?");

  function hashOf(sequence: number): string | undefined {
    const row = hash.get(sequence);
    return row === undefined ? undefined : String(row["hash"]);
  }

  return {
    estimateAuditBytes() {
      const before = readAnchor(database).sequence;
      const rows = Number(ends.get()?.["last"] ?? before) - before;
      const sampled = Math.min(rows, sampleRows);
      let bytes = 0;
      for (let index = 0; index < sampled; index += 1) {
        const sequence = before + 1 + Math.floor((index * rows) / sampled);
        bytes += Number(sizeOf.get(sequence)?.["bytes"] ?? 0) + overheadBytes;
      }
      return sampled === 0 ? 0 : (bytes / sampled) * rows;
    },
    auditHashOf: hashOf,
    pruneAudit(through, most) {
      const last = Math.min(through, readAnchor(database).sequence + most);
      const lastHash = hashOf(last);
      if (lastHash === undefined) return false;
      group.write(() => {
        remove.run(last);
        removeSetAside.run(last);
        setAnchor.run(last, lastHash);
        database.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
      });
      return last < through;
    },
  };
}
