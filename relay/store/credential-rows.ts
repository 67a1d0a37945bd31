import type { DatabaseSync } from "node:sqlite";
import type { CommitGroup } from "./commit-group.ts";

/** Which changes of keys and tokens are in the trail already. */
export interface CredentialRows {
  addCredentialChange(change: string): void;
  hasCredentialChange(change: string): boolean;
}

export function makeCredentialRows(database: DatabaseSync, group: CommitGroup): CredentialRows {
  const add = database.prepare("INSERT OR IGNORE INTO credential_changes (change) VALUES (?)");
  const find = database.prepare("SELECT 1 FROM credential_changes WHERE change = ?");

  return {
    addCredentialChange: (change) => group.write(() => add.run(change)),
    hasCredentialChange: (change) => find.get(change) !== undefined,
  };
}
