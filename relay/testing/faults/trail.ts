import { DatabaseSync } from "node:sqlite";
import * as v from "valibot";
import { verifyTrail, type Verification } from "../../audit/verification.ts";
import { executionKey } from "../simulated-worker.ts";

/** The outcomes of one command for one device in the audit trail, in order. */
export interface TrailedCommand {
  sent: string[];
  acked: string[];
}

/** What a relay that is gone left in its file. */
export interface Trail {
  verification: Verification;
  hashes: Set<string>;
  /** By `executionKey`. */
  commands: Map<string, TrailedCommand>;
}

const hashRow = v.object({ hash: v.string() });
const commandRow = v.object({
  event: v.picklist(["command:send", "command:ack"]),
  device_id: v.string(),
  outcome: v.string(),
  command_id: v.string(),
});

/** The newest row's hash in a file that no relay holds now, after a look at every row. */
export function readHead(storePath: string): string {
  const database = new DatabaseSync(storePath);
  const verification = verifyTrail(database);
  database.close();
  return verification.kind === "whole" ? verification.head : `broken: ${verification.problem}`;
}

export function readTrail(storePath: string): Trail {
  const database = new DatabaseSync(storePath);
  const verification = verifyTrail(database);
  const hashes = database.prepare("SELECT hash FROM audit_events").all();
  const rows = database
    .prepare(
      `SELECT event, device_id, outcome, details ->> 'command_id' AS command_id FROM audit_events
       WHERE event IN ('command:send', 'command:ack') AND command_id IS NOT NULL AND device_id IS NOT NULL
       ORDER BY sequence`,
    )
    .all();
  database.close();
  const commands = new Map<string, TrailedCommand>();
  for (const row of v.parse(v.array(commandRow), rows)) {
    const key = executionKey(row);
    const trailed = commands.get(key) ?? { sent: [], acked: [] };
    trailed[row.event === "command:send" ? "sent" : "acked"].push(row.outcome);
    commands.set(key, trailed);
  }
  return {
    verification,
    hashes: new Set(v.parse(v.array(hashRow), hashes).map(({ hash }) => hash)),
    commands,
  };
}
