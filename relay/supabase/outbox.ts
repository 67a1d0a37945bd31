import type { AuditRows } from "../store/audit-rows.ts";
import type { HashedRow, OutboxRows } from "../store/outbox-rows.ts";
import type { Clock } from "../clock.ts";
import { describeBug, type Log } from "../log.ts";
import { makePatience } from "./patience.ts";
import type { Refusal } from "./refusal.ts";
import { startTurns } from "./turns.ts";

/** Where a copy of the trail is kept. */
export interface AuditSink {
  /** What its progress is remembered by: the place and the farm. */
  readonly place: string;
  /** The same rows may be sent again. Never rejects. */
  send: (rows: readonly HashedRow[]) => Promise<Sent>;
}

export type Sent = { kind: "taken" } | Refusal;

export interface OutboxLag {
  /** Rows of the trail that are not at the other side yet. */
  rows: number;
  /** The age of the oldest of them, milliseconds. */
  oldestMs: number;
  /** Rows that were set aside since this relay started. */
  setAside: number;
  /** Rows that the trail did not keep for long enough, since this relay started. */
  lost: number;
}

export interface Outbox {
  lag(): OutboxLag;
  /** The first row that is still to be sent. */
  unsentFrom: () => number;
  /** What is under way may still arrive; it is sent again next time. */
  close(): void;
}

export interface OutboxNeeds {
  store: OutboxRows & Pick<AuditRows, "auditHead" | "auditTimeOf"> & { commit(): Promise<void> };
  sink: AuditSink;
  clock: Clock;
  log: Log;
  /** 0 to 1, so that many relays that lost one place do not come back together. */
  random?: () => number;
}

const mostRows = 1000;
/** As many as are worth a request of their own at once; fewer wait for company. */
const enoughRows = 500;
const mostBytes = 2_000_000;
const companyMs = 500;
/** A place that refuses row after row has another trouble than the rows. */
const mostSetAsideInRow = 10;

/**
 * Sends the trail to another place, in its order and at least once: what was sent is remembered on the disk, and everything
 * after it is read from there. Memory holds one batch, for however long the other side is away. A batch that is refused is
 * halved until the bad row is alone; that one is set aside.
 */
export function startOutbox({ store, sink, clock, log, random }: OutboxNeeds): Outbox {
  const { place, send } = sink;
  let position = store.outboxPosition(place);
  let batchRows = mostRows;
  let setAsideInRow = 0;
  let setAside = 0;
  let lost = 0;
  const patience = makePatience({
    clock,
    log,
    random,
    away: (reason) => `Supabase takes no audit rows, ${waiting()} wait in the store: ${reason}`,
    back: () => `Supabase takes audit rows again, ${waiting()} are still waiting`,
  });
  const turns = startTurns({ clock, log, what: "the audit outbox" }, sendNext);

  /** Answers after how long the next is due. */
  async function sendNext(): Promise<number> {
    const rows = store.auditRowsAfter(position, batchRows, mostBytes);
    const [first] = rows;
    const last = rows.at(-1);
    if (first === undefined || last === undefined) return companyMs;
    // What a crash could take back must not be there and not here.
    const failed = await store.commit().then(
      () => undefined,
      (failure: unknown) => describeBug(failure),
    );
    if (failed !== undefined) return patience.failed(`the disk does not take it: ${failed}`);
    noticeGap(first.sequence);
    const sent = await send(rows);
    if (turns.isClosed()) return 0;
    if (sent.kind === "taken") {
      setAsideInRow = 0;
      goOn(last.sequence);
      batchRows = Math.min(mostRows, batchRows * 2);
      return waiting() >= enoughRows ? 0 : companyMs;
    }
    if (sent.kind === "not now") return patience.failed(sent.reason);
    const isAlone = rows.length === 1;
    batchRows = Math.max(1, Math.floor(rows.length / 2));
    if (sent.kind === "too slow") return patience.failed(sent.reason);
    if (!isAlone) return 0;
    if (setAsideInRow === mostSetAsideInRow) return patience.failed(`it refuses every row: ${sent.reason}`);
    putAside(first, sent.reason);
    return 0;
  }

  function putAside({ sequence, eventId }: HashedRow, reason: string): void {
    setAsideInRow += 1;
    setAside += 1;
    store.setAside(place, { sequence, eventId, reason, atMs: clock.now() });
    log(`audit row ${sequence} (${eventId}) was refused by Supabase and is set aside: ${reason}`);
    goOn(sequence);
  }

  function goOn(sequence: number): void {
    position = sequence;
    store.setOutboxPosition(place, sequence);
    patience.succeeded();
  }

  /** The trail keeps what is unsent for longer than its days, but not when it has no room. */
  function noticeGap(sequence: number): void {
    const gone = sequence - position - 1;
    if (gone === 0) return;
    lost += gone;
    log(`audit rows ${position + 1} to ${sequence - 1} had to be pruned before Supabase took them`);
    position = sequence - 1;
  }

  function waiting(): number {
    return store.auditHead().sequence - position;
  }

  return {
    lag: () => {
      const oldestAtMs = store.auditTimeOf(position + 1);
      const oldestMs = oldestAtMs === undefined ? 0 : Math.max(0, clock.now() - oldestAtMs);
      return { rows: waiting(), oldestMs, setAside, lost };
    },
    unsentFrom: () => position + 1,
    close: () => turns.close(),
  };
}
