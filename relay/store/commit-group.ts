import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { describeBug, type Log } from "../log.ts";

/** How long a write that nobody waits for may wait for company. */
const groupingMs = 100;
const retryMs = 1000;
/** How many writes are remembered for a disk that takes none. */
const mostWaiting = 50_000;

/** How the disk keeps up. */
export interface StoreHealth {
  /** False while the disk refuses what was written. */
  isWritable: boolean;
  lastCommitMs: number;
  /** How long the oldest write has been waiting that is not on the disk yet; 0 when none is. */
  oldestWaitingMs: number;
}

/** One transaction for all who write in the same moment. */
export interface CommitGroup {
  /**
   * Runs a write in the open transaction. SQLite rolls all of it back when the disk is full, so every write is remembered
   * until its commit and run again for as long as the disk refuses it; meanwhile new ones wait, and reads do not see
   * them. Throws when the write itself is wrong, and when too many wait.
   */
  write(run: () => void): void;
  commitNow(): void;
  /** Everybody who asks in this turn of the event loop shares one commit at its end. */
  commitSoon(): Promise<void>;
  health(): StoreHealth;
}

/** Keeps one transaction open from the first write to the commit that all its writers share. */
export function makeCommitGroup(database: DatabaseSync, clock: Clock, log: Log): CommitGroup {
  const start = database.prepare("BEGIN");
  const finish = database.prepare("COMMIT");
  /** The writes since the last commit. */
  let waiting: (() => void)[] = [];
  /** Set while the disk refuses: nothing is tried before. */
  let retryAtMs: number | undefined;
  let cancelTimer: (() => void) | undefined;
  let soon: Promise<void> | undefined;
  let waitingSinceMs = 0;
  let lastCommitMs = 0;

  function commitNow(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    if (!database.isOpen || waiting.length === 0) return;
    const startedAt = performance.now();
    try {
      if (!database.isTransaction) runAgain();
      finish.run();
    } catch (failure) {
      if (database.isTransaction) database.exec("ROLLBACK");
      retryAtMs = clock.now() + retryMs;
      commitLater(retryMs);
      throw failure;
    }
    lastCommitMs = performance.now() - startedAt;
    waiting = [];
    retryAtMs = undefined;
  }

  /** Everything since the last commit once more, after it was rolled back. */
  function runAgain(): void {
    start.run();
    for (const write of waiting) {
      try {
        write();
      } catch (failure) {
        if (isOfDisk(failure)) throw failure;
        log(`bug: a write that waited for the disk is wrong: ${describeBug(failure)}`);
      }
    }
  }

  function commitLater(delayMs: number): void {
    cancelTimer = clock.setTimer(delayMs, () => {
      try {
        commitNow();
      } catch (failure) {
        log(`the store could not be written, trying again: ${describeBug(failure)}`);
      }
    });
  }

  return {
    commitNow,
    write(run) {
      if (waiting.length >= mostWaiting) throw new Error("the disk takes no writes, and no more can wait");
      const isRefusing = retryAtMs !== undefined;
      if (!isRefusing) {
        if (!database.isTransaction) start.run();
        try {
          run();
        } catch (failure) {
          if (!isOfDisk(failure)) throw failure;
          if (database.isTransaction) database.exec("ROLLBACK");
          retryAtMs = clock.now() + retryMs;
        }
      }
      if (waiting.length === 0) waitingSinceMs = clock.now();
      waiting.push(run);
      if (cancelTimer === undefined) commitLater(isRefusing ? retryMs : groupingMs);
    },
    commitSoon() {
      soon ??= new Promise((resolve, reject) => {
        setImmediate(() => {
          soon = undefined;
          try {
            if (retryAtMs !== undefined && clock.now() < retryAtMs)
              throw new Error("the disk takes no writes");
            commitNow();
            resolve();
          } catch (failure) {
            reject(failure);
          }
        });
      });
      return soon;
    },
    health: () => ({
      isWritable: retryAtMs === undefined,
      lastCommitMs,
      oldestWaitingMs: waiting.length === 0 ? 0 : clock.now() - waitingSinceMs,
    }),
  };
}

/** Primary result codes of SQLite that say nothing about the write: BUSY to CORRUPT, FULL and CANTOPEN. */
const diskCodes = new Set([5, 6, 7, 8, 10, 11, 13, 14]);

function isOfDisk(failure: unknown): boolean {
  if (!(failure instanceof Error) || !("errcode" in failure)) return false;
  return diskCodes.has(Number(failure.errcode) % 256);
}
