import type { DatabaseSync } from "node:sqlite";
import { chainStart, hashOf } from "../audit/chain.ts";
import { chainedRowFrom } from "./audit-rows.ts";

type Migration = string | ((database: DatabaseSync) => void);

/** Each entry leads from the version of its index to the next. Released entries are never changed. */
const migrations: Migration[] = [
  `
  CREATE TABLE devices (
    device_id TEXT PRIMARY KEY,
    serial_number TEXT NOT NULL,
    pc_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    picture TEXT NOT NULL -- JSON, the last device:status:update
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE commands (
    command_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    pc_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    command_type TEXT NOT NULL,
    status TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    ended_at INTEGER,
    error TEXT,
    result TEXT, -- JSON
    PRIMARY KEY (command_id, device_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX commands_unfinished ON commands (accepted_at) WHERE ended_at IS NULL;

  CREATE TABLE audit_events (
    sequence INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    event TEXT NOT NULL,
    device_id TEXT,
    outcome TEXT NOT NULL,
    details TEXT -- JSON
  ) STRICT;
  `,
  `
  ALTER TABLE commands ADD COLUMN address TEXT NOT NULL DEFAULT ''; -- of its author
  ALTER TABLE commands ADD COLUMN params TEXT; -- JSON, until the command has ended
  ALTER TABLE commands ADD COLUMN deadline_at INTEGER;

  CREATE TABLE groups (
    name TEXT PRIMARY KEY,
    device_ids TEXT NOT NULL -- JSON
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE leases (
    device_id TEXT PRIMARY KEY,
    actor TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  chainTrail,
  `
  -- Of keys and tokens, those that are in the trail: "create <id>", "revoke <id>".
  CREATE TABLE credential_changes (change TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
  "CREATE INDEX commands_ended ON commands (ended_at) WHERE ended_at IS NOT NULL;",
  `
  -- Up to which row the trail was sent to each place that keeps a copy, and what that place refused.
  CREATE TABLE outbox_positions (place TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE outbox_set_aside (
    place TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (place, sequence)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- With what the worker of a PC reports by itself when the relay is away.
  CREATE TABLE worker_accounts (
    place TEXT NOT NULL,
    pc_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    email TEXT NOT NULL,
    password TEXT NOT NULL,
    is_ending INTEGER NOT NULL, -- it is still to be taken away
    PRIMARY KEY (place, pc_id)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** From here on each row of the trail carries a hash over the row before; those that are there get theirs. */
function chainTrail(database: DatabaseSync): void {
  database.exec(`
    ALTER TABLE audit_events ADD COLUMN hash TEXT NOT NULL DEFAULT '';
    CREATE INDEX audit_events_of_actor ON audit_events (actor, event);
    CREATE INDEX audit_events_of_device ON audit_events (device_id, event) WHERE device_id IS NOT NULL;
    CREATE INDEX audit_events_of_name ON audit_events (event);

    -- One row: the last row of the trail that is no longer kept, which the first one that is hangs on.
    CREATE TABLE audit_anchor (sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  `);
  database
    .prepare("INSERT INTO audit_anchor (sequence, hash) VALUES (?, ?)")
    .run(chainStart.sequence, chainStart.hash);
  const rows = database.prepare("SELECT * FROM audit_events ORDER BY sequence");
  const setHash = database.prepare("UPDATE audit_events SET hash = ? WHERE sequence = ?");
  let { hash } = chainStart;
  for (const row of rows.iterate()) {
    const chained = chainedRowFrom(row);
    hash = hashOf(hash, chained);
    setHash.run(hash, chained.sequence);
  }
}

/** Brings the database's schema to the newest version, or to that of an older relay, one transaction for each step. */
export function migrate(database: DatabaseSync, version = migrations.length): void {
  const found = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (found > migrations.length) {
    throw new Error(
      `the store has schema ${found}, this relay knows ${migrations.length}; it was written by a newer one`,
    );
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < found || index >= version) continue;
    database.exec("BEGIN");
    if (typeof migration === "string") database.exec(migration);
    else migration(database);
    database.exec(`PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
