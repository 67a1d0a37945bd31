import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { makeAuditRows } from "./audit-rows.ts";
import { makeCommandRows } from "./command-rows.ts";
import { makeCommitGroup } from "./commit-group.ts";
import { makeCredentialRows } from "./credential-rows.ts";
import { makeDeviceRows } from "./device-rows.ts";
import { makeGroupRows } from "./group-rows.ts";
import { makeLeaseRows } from "./lease-rows.ts";
import { migrate } from "./migrations.ts";
import { makeOutboxRows } from "./outbox-rows.ts";
import type { Store } from "./store.ts";
import { makeWorkerAccountRows } from "./worker-account-rows.ts";

/** A store in an SQLite file, or in memory for `:memory:`. Throws when the file cannot be opened. */
export function makeSqliteStore(path: string, clock: Clock, log: Log = () => {}): Store {
  const database = new DatabaseSync(path);
  // The first one counts only for a file that is still empty.
  database.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  migrate(database);
  makeShrinkable(database);
  const group = makeCommitGroup(database, clock, log);

  return {
    ...makeDeviceRows(database, group),
    ...makeCommandRows(database, group),
    ...makeLeaseRows(database, group),
    ...makeCredentialRows(database, group),
    ...makeAuditRows(database, group),
    ...makeGroupRows(database, group),
    ...makeOutboxRows(database, group),
    ...makeWorkerAccountRows(database, group),
    commit: () => group.commitSoon(),
    health: () => group.health(),
    close() {
      try {
        group.commitNow();
      } finally {
        database.close();
      }
    },
  };
}

/** A file of an older relay is written anew, once, so that what is deleted later can be given back to the disk. */
function makeShrinkable(database: DatabaseSync): void {
  const incremental = 2;
  if (database.prepare("PRAGMA auto_vacuum").get()?.["auto_vacuum"] === incremental) return;
  database.exec(`PRAGMA auto_vacuum = ${incremental}; VACUUM;`);
}
