import type { DatabaseSync } from "node:sqlite";
import type { CommitGroup } from "./commit-group.ts";

/** What the worker of a PC signs in with at a place. */
export interface WorkerAccount {
  pcId: string;
  userId: string;
  email: string;
  password: string;
  /** It is still to be taken away over there. */
  isEnding: boolean;
}

/** The accounts that the relay made for workers, by the place where they are. */
export interface WorkerAccountRows {
  saveWorkerAccount(place: string, account: WorkerAccount): void;
  forgetWorkerAccount(place: string, pcId: string): void;
  listWorkerAccounts(place: string): WorkerAccount[];
}

export function makeWorkerAccountRows(database: DatabaseSync, group: CommitGroup): WorkerAccountRows {
  const save = database.prepare(
    `INSERT OR REPLACE INTO worker_accounts (place, pc_id, user_id, email, password, is_ending)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const forget = database.prepare("DELETE FROM worker_accounts WHERE place = ? AND pc_id = ?");
  const list = database.prepare("SELECT * FROM worker_accounts WHERE place = ?");

  return {
    saveWorkerAccount: (place, { pcId, userId, email, password, isEnding }) =>
      group.write(() => save.run(place, pcId, userId, email, password, Number(isEnding))),
    forgetWorkerAccount: (place, pcId) => group.write(() => forget.run(place, pcId)),
    listWorkerAccounts: (place) =>
      list.all(place).map((row) => ({
        pcId: String(row["pc_id"]),
        userId: String(row["user_id"]),
        email: String(row["email"]),
        password: String(row["password"]),
        isEnding: row["is_ending"] === 1,
      })),
  };
}
