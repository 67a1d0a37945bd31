import type { FallbackAccount } from "../../protocol/fallback.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { WorkerAccount, WorkerAccountRows } from "../store/worker-account-rows.ts";
import type { AccountDesk } from "./account-desk.ts";
import { makePatience } from "./patience.ts";
import { startTurns } from "./turns.ts";

export interface WorkerAccountsNeeds {
  desk: AccountDesk;
  store: WorkerAccountRows;
  clock: Clock;
  log: Log;
  random?: () => number;
  /** What the project takes of the whole farm. */
  messagesPerSecond: number;
  /** How many PCs there are. */
  countWorkers: () => number;
  isConnected: (pcId: string) => boolean;
  /** To this PC's worker alone. */
  tell: (pcId: string, account: FallbackAccount) => void;
}

/**
 * Gives every worker that the relay let in with what it can report by itself: one account for each PC, kept in the store.
 * Made one at a time, so that a farm's first start does not knock a thousand times at once.
 */
export interface WorkerAccounts {
  workerConnected(pcId: string): void;
  /** The PC may not come in any more as it did: what it was given ends, too. */
  pcRevoked(pcId: string): void;
  close(): void;
}

const betweenMs = 500;
/** Who has the farm-wide token may come under any name. */
const mostAccounts = 10_000;
/** All are told again when their shares have become this much too large. */
const toleratedGrowth = 1.25;

export function startWorkerAccounts(needs: WorkerAccountsNeeds): WorkerAccounts {
  const { desk, store, clock, log, countWorkers, isConnected } = needs;
  const accounts = new Map(store.listWorkerAccounts(desk.place).map((account) => [account.pcId, account]));
  /** PCs whose account is to be made or taken away. */
  const due = new Set([...accounts.values()].filter(({ isEnding }) => isEnding).map(({ pcId }) => pcId));
  let toldWorkers = Number.POSITIVE_INFINITY;
  const patience = makePatience({
    clock,
    log,
    random: needs.random,
    away: (reason) => `Supabase gives workers no accounts, ${due.size} wait: ${reason}`,
    back: () => "Supabase gives workers accounts again",
  });

  function tell({ pcId, email, password }: WorkerAccount): void {
    if (!isConnected(pcId)) return;
    const workers = Math.max(1, countWorkers());
    toldWorkers = Math.min(toldWorkers, workers);
    const budget = { workers, messages_per_second: needs.messagesPerSecond };
    needs.tell(pcId, { ...desk.project, email, password, ...budget });
  }

  function tellAllOfGrowth(): void {
    if (countWorkers() <= toldWorkers * toleratedGrowth) return;
    toldWorkers = Number.POSITIVE_INFINITY;
    for (const account of accounts.values()) if (isUsable(account)) tell(account);
  }

  async function serve(pcId: string): Promise<string | undefined> {
    const present = accounts.get(pcId);
    if (isUsable(present)) return undefined;
    if (!isConnected(pcId)) return present === undefined ? undefined : end(present);
    const opened = await desk.open(pcId);
    if (turns.isClosed()) return undefined;
    if (opened.kind !== "done") return opened.reason;
    accounts.set(pcId, opened.account);
    store.saveWorkerAccount(desk.place, opened.account);
    tell(opened.account);
    return undefined;
  }

  async function end(account: WorkerAccount): Promise<string | undefined> {
    const ended = await desk.end(account);
    if (turns.isClosed()) return undefined;
    if (ended.kind !== "done") return ended.reason;
    // It may have become another one meanwhile.
    if (accounts.get(account.pcId) !== account) return undefined;
    accounts.delete(account.pcId);
    store.forgetWorkerAccount(desk.place, account.pcId);
    if (isConnected(account.pcId)) due.add(account.pcId);
    return undefined;
  }

  const turns = startTurns({ clock, log, what: "the workers' accounts" }, async () => {
    tellAllOfGrowth();
    const [pcId] = due;
    if (pcId === undefined) return betweenMs;
    due.delete(pcId);
    const reason = await serve(pcId);
    if (reason === undefined) {
      patience.succeeded();
      return betweenMs;
    }
    due.add(pcId);
    return patience.failed(reason);
  });

  return {
    workerConnected(pcId) {
      const account = accounts.get(pcId);
      if (isUsable(account)) tell(account);
      else if (accounts.size + due.size < mostAccounts) due.add(pcId);
    },
    pcRevoked(pcId) {
      const account = accounts.get(pcId);
      if (account === undefined) return;
      const ending = { ...account, isEnding: true };
      accounts.set(pcId, ending);
      store.saveWorkerAccount(desk.place, ending);
      due.add(pcId);
    },
    close: () => turns.close(),
  };
}

function isUsable(account: WorkerAccount | undefined): account is WorkerAccount {
  return account?.isEnding === false;
}
