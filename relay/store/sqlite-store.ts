import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { makeAuditRows } from "./audit-rows.ts";
import { makeCommandRows } from "./command-rows.ts";
import { makeCommitGroup } from "./commit-group.ts";
import { makeDeviceRows } from "./device-rows.ts";
import { migrate } from "./migrations.ts";
import type { Store } from "./store.ts";

/** A store in an SQLite file, or in memory for `:memory:`. Throws when the file cannot be opened. */
export function makeSqliteStore(path: string, clock: Clock, log: Log = () => {}): Store {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  migrate(database);
  const group = makeCommitGroup(database, clock, log);

  return {
    ...makeDeviceRows(database, group),
    ...makeCommandRows(database, group),
    ...makeAuditRows(database, group),
    commit: () => group.commitSoon(),
    close() {
      try {
        group.commitNow();
      } finally {
        database.close();
      }
    },
  };
}
