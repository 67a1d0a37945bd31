import { afterEach, beforeEach, expect, test } from "vitest";
import { makeManualClock, type ManualClock } from "../testing/manual-clock.ts";
import { makeSqliteStore } from "../store/sqlite-store.ts";
import type { HashedRow } from "../store/outbox-rows.ts";
import type { Store } from "../store/store.ts";
import { startOutbox, type Outbox, type Sent } from "./outbox.ts";

const place = "https://project.example farm";
let clock: ManualClock;
let store: Store;
let lines: string[];
/** Rows as the other side has them: by id, as an upsert keeps them. */
let taken: Map<string, HashedRow>;
let requests: number[];
let answer: (rows: readonly HashedRow[]) => Sent;
let outbox: Outbox | undefined;

beforeEach(() => {
  clock = makeManualClock();
  store = makeSqliteStore(":memory:", clock);
  [lines, requests] = [[], []];
  taken = new Map();
  answer = () => ({ kind: "taken" });
});
afterEach(() => {
  outbox?.close();
  store.close();
});

function open(): Outbox {
  outbox?.close();
  outbox = startOutbox({
    store,
    clock,
    log: (line) => lines.push(line),
    random: () => 1,
    sink: {
      place,
      send(rows) {
        requests.push(rows.length);
        const sent = answer(rows);
        if (sent.kind === "taken") for (const row of rows) taken.set(row.eventId, row);
        return Promise.resolve(sent);
      },
    },
  });
  return outbox;
}

function write(count: number, outcome = "ok"): void {
  for (let index = 0; index < count; index += 1) {
    const row = { actor: "ann", address: "::1", event: "connect", outcome };
    store.addAuditEvent({ ...row, eventId: crypto.randomUUID(), atMs: clock.now() });
  }
}

/** Lets what is under way come to its end, and time pass, in small steps. */
async function pass(durationMs: number): Promise<void> {
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  for (let gone = 0; gone <= durationMs; gone += 250) {
    await settle();
    clock.advance(250);
  }
  await settle();
}

const isBad = ({ outcome }: HashedRow): boolean => outcome === "bad";
const sequences = () => Array.from(taken.values(), ({ sequence }) => sequence);

test("[U1] every row arrives, in order, in batches, with the hash it has in the trail", async () => {
  write(2500);
  open();
  await pass(3000);
  expect(requests).toEqual([1000, 1000, 500]);
  expect(sequences()).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
  expect(Array.from(taken.values()).at(-1)?.hash).toBe(store.auditHead().hash);
  expect(outbox?.lag()).toEqual({ rows: 0, oldestMs: 0, setAside: 0, lost: 0 });
});

test("[U1] rows wait half a second for company", async () => {
  open();
  await pass(1000);
  write(3);
  await pass(1000);
  write(2);
  await pass(1000);
  expect(requests).toEqual([3, 2]);
});

test("[U2] while the other side is away nothing is lost and the waits grow; the lag tells", async () => {
  answer = () => ({ kind: "not now", reason: "503" });
  write(3000);
  open();
  await pass(3_600_000);
  expect(requests.length).toBeLessThan(75);
  expect(outbox?.lag()).toMatchObject({ rows: 3000, oldestMs: expect.any(Number) });
  expect(outbox?.lag().oldestMs).toBeGreaterThanOrEqual(3_600_000);
  expect(lines.length).toBeLessThan(10);
  expect(lines[0]).toMatch(/no audit rows, 3000 wait.*503/);
  answer = () => ({ kind: "taken" });
  await pass(65_000);
  expect(sequences()).toHaveLength(3000);
  expect(lines.at(-1)).toMatch(/takes audit rows again/);
});

test("[U2] a place that is slow is sent fewer rows at a time", async () => {
  answer = (rows) => (rows.length > 100 ? { kind: "too slow", reason: "no answer" } : { kind: "taken" });
  write(1000);
  open();
  await pass(120_000);
  expect(sequences()).toHaveLength(1000);
});

test("[U3] one bad row is set aside by its name, and does not block the rest", async () => {
  answer = (rows) =>
    rows.some(isBad) ? { kind: "refused", reason: "22021: no such byte" } : { kind: "taken" };
  write(700);
  write(1, "bad");
  write(299);
  open();
  await pass(20_000);
  expect(sequences()).toEqual(
    Array.from({ length: 1000 }, (_, index) => index + 1).filter((sequence) => sequence !== 701),
  );
  expect(store.listSetAside(place, 10)).toEqual([
    { sequence: 701, eventId: expect.any(String), reason: "22021: no such byte", atMs: expect.any(Number) },
  ]);
  expect(lines.join()).toMatch(/audit row 701 .* is set aside: 22021/);
  expect(outbox?.lag()).toMatchObject({ rows: 0, setAside: 1 });
});

test("[U3] a place that refuses every row keeps only ten of them from coming", async () => {
  answer = () => ({ kind: "refused", reason: "23514: check" });
  write(50);
  open();
  await pass(600_000);
  expect(store.listSetAside(place, 100)).toHaveLength(10);
  expect(outbox?.lag().rows).toBe(40);
  expect(lines.at(-1)).toMatch(/refuses every row: 23514/);
  answer = () => ({ kind: "taken" });
  await pass(120_000);
  expect(sequences()).toEqual(Array.from({ length: 40 }, (_, index) => index + 11));
});

test("[U1] a relay that starts again goes on where it was; another place begins with all that is kept", async () => {
  write(10);
  open();
  await pass(1000);
  outbox?.close();
  taken.clear();
  write(5);
  open();
  await pass(1000);
  expect(sequences()).toEqual([11, 12, 13, 14, 15]);
  expect(store.outboxPosition("elsewhere")).toBe(0);
});

test("[U4] what the trail had no room for until it could be sent is told as lost", async () => {
  answer = () => ({ kind: "not now", reason: "away" });
  write(100);
  open();
  await pass(1000);
  expect(outbox?.unsentFrom()).toBe(1);
  store.pruneAudit(60, 1000);
  answer = () => ({ kind: "taken" });
  await pass(10_000);
  expect(sequences()).toHaveLength(40);
  expect(outbox?.lag()).toMatchObject({ rows: 0, lost: 60 });
  expect(lines.join()).toMatch(/rows 1 to 60 had to be pruned/);
});
