import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { describeBug, type Log } from "../log.ts";

/** How long a write that nobody waits for may wait for company. */
const groupingMs = 10;
const retryMs = 1000;

/** One transaction for all who write in the same moment. */
export interface CommitGroup {
  /** Called before each write. */
  begin(): void;
  commitNow(): void;
  /** Everybody who asks in this turn of the event loop shares one commit at its end. */
  commitSoon(): Promise<void>;
}

/** Keeps one transaction open from the first write to the commit that all its writers share. */
export function makeCommitGroup(database: DatabaseSync, clock: Clock, log: Log): CommitGroup {
  const start = database.prepare("BEGIN");
  const finish = database.prepare("COMMIT");
  let cancelTimer: (() => void) | undefined;
  let soon: Promise<void> | undefined;

  function commitNow(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    if (database.isOpen && database.isTransaction) finish.run();
  }

  /** Nobody waits for this one, so a disk that is full now is tried again. */
  function commitLater(delayMs: number): void {
    cancelTimer = clock.setTimer(delayMs, () => {
      try {
        commitNow();
      } catch (failure) {
        log(`the store could not be written, trying again: ${describeBug(failure)}`);
        commitLater(retryMs);
      }
    });
  }

  return {
    commitNow,
    begin() {
      if (database.isTransaction) return;
      start.run();
      if (cancelTimer === undefined) commitLater(groupingMs);
    },
    commitSoon() {
      soon ??= new Promise((resolve, reject) => {
        setImmediate(() => {
          soon = undefined;
          try {
            commitNow();
            resolve();
          } catch (failure) {
            commitLater(retryMs);
            reject(failure);
          }
        });
      });
      return soon;
    },
  };
}
