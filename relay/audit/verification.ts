import type { DatabaseSync } from "node:sqlite";
import * as v from "valibot";
import { isoTimeOf } from "../clock.ts";
import { chainedRowFrom, readAnchor } from "../store/audit-rows.ts";
import { chainStart, hashOf, type ChainedRow, type ChainLink } from "./chain.ts";

/** What a look at every row of the trail found. */
export type Verification =
  | {
      kind: "whole";
      rows: number;
      /** The last row that is no longer kept; 0 when all are. */
      prunedUntil: number;
      first?: { sequence: number; at: string };
      last?: { sequence: number; at: string };
      /** The newest row's hash: whoever notes it can later prove that nothing up to it was changed or cut off. */
      head: string;
    }
  | { kind: "broken"; sequence: number; problem: string };

/**
 * Walks the trail from its anchor to its head, as it was at this moment, also while a relay writes it. `notedHead` is a
 * hash that must be in it.
 */
export function verifyTrail(database: DatabaseSync, notedHead?: string): Verification {
  database.exec("BEGIN");
  try {
    return walk(database, notedHead);
  } finally {
    database.exec("COMMIT");
  }
}

/** A row that was tampered with may be none that could ever have been written, e.g. at a time that is no time. */
function hashOfAnything(before: string, row: ChainedRow): string | undefined {
  try {
    return hashOf(before, row);
  } catch {
    return undefined;
  }
}

function walk(database: DatabaseSync, notedHead: string | undefined): Verification {
  const anchor = readAnchor(database);
  let link = anchor;
  /** What rows of the trail say was pruned. */
  const vouched: ChainLink[] = [];
  let first: { sequence: number; at: string } | undefined;
  let last: { sequence: number; at: string } | undefined;
  let isHeadFound = notedHead === undefined || notedHead === anchor.hash;
  for (const stored of database.prepare("SELECT * FROM audit_events ORDER BY sequence").iterate()) {
    const row = chainedRowFrom(stored);
    const { sequence } = row;
    if (sequence !== link.sequence + 1) {
      return { kind: "broken", sequence: link.sequence + 1, problem: "the row is missing" };
    }
    const hash = hashOfAnything(link.hash, row);
    if (hash === undefined || hash !== stored["hash"]) {
      return { kind: "broken", sequence, problem: "the row is not what its hash was made of" };
    }
    if (row.event === "audit:prune") vouched.push(prunedBy(row));
    if (hash === notedHead) isHeadFound = true;
    last = { sequence, at: isoTimeOf(row.atMs) };
    first ??= last;
    link = { sequence, hash };
  }
  if (anchor.sequence > 0 && !vouched.some((by) => isVouchedBy(anchor, by))) {
    return {
      kind: "broken",
      sequence: anchor.sequence,
      problem: "the rows up to it are gone and no row says so",
    };
  }
  if (!isHeadFound) return { kind: "broken", sequence: link.sequence, problem: headProblem(anchor) };
  const ends = first === undefined || last === undefined ? {} : { first, last };
  const rows = link.sequence - anchor.sequence;
  return { kind: "whole", rows, prunedUntil: anchor.sequence, ...ends, head: link.hash };
}

/** A row says so before the first row goes; until the last one has, the anchor is on its way there. */
function isVouchedBy(anchor: ChainLink, by: ChainLink): boolean {
  return anchor.sequence < by.sequence || (anchor.sequence === by.sequence && anchor.hash === by.hash);
}

function prunedBy({ details }: ChainedRow): ChainLink {
  const parsed = v.safeParse(pruneDetails, JSON.parse(details ?? "null"));
  return parsed.success ? { sequence: parsed.output.through, hash: parsed.output.hash } : chainStart;
}

const pruneDetails = v.object({ through: v.number(), hash: v.string() });

function headProblem({ sequence }: ChainLink): string {
  const pruned = sequence === 0 ? "" : `, and rows up to ${sequence} are no longer kept`;
  return `the trail ends without the head that was noted${pruned}`;
}
