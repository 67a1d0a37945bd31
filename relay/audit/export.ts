import { once } from "node:events";
import type { DatabaseSync } from "node:sqlite";
import type { Writable } from "node:stream";
import { chainedRowFrom } from "../store/audit-rows.ts";
import { rowText } from "./chain.ts";

/** Between two batches nothing is held: a reader that pauses for hours keeps neither the disk nor memory busy. */
const batchRows = 500;

export interface ExportRange {
  fromMs?: number | undefined;
  untilMs?: number | undefined;
}

/**
 * Writes the trail as JSON lines, the oldest first, as fast as `output` takes them. A line without its `,"hash":"…"}` is
 * what was hashed, so that a program of anybody can check the chain. Ends early when nobody reads any more.
 */
export async function exportTrail(
  database: DatabaseSync,
  { fromMs = Number.MIN_SAFE_INTEGER, untilMs = Number.MAX_SAFE_INTEGER }: ExportRange,
  output: Writable,
): Promise<void> {
  const batch = database.prepare("SELECT * FROM audit_events WHERE sequence > ? ORDER BY sequence LIMIT ?");
  let isRead = true;
  output.on("error", () => {
    isRead = false;
  });
  let last = 0;
  for (;;) {
    const rows = batch
      .all(last, batchRows)
      .map((row) => ({ row: chainedRowFrom(row), hash: String(row["hash"]) }));
    const wanted = rows.filter(({ row }) => row.atMs >= fromMs && row.atMs <= untilMs);
    const text = wanted.map(({ row, hash }) => `${rowText(row)},"hash":"${hash}"}\n`).join("");
    if (text !== "" && !output.write(text))
      await Promise.race([once(output, "drain"), once(output, "close")]).catch(() => {});
    const newest = rows.at(-1);
    if (newest === undefined || !isRead || output.destroyed) return;
    last = newest.row.sequence;
  }
}
