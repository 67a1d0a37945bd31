import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeManualClock, type ManualClock } from "../testing/manual-clock.ts";
import { makeCommitGroup, type CommitGroup } from "./commit-group.ts";

let database: DatabaseSync;
let clock: ManualClock;
let group: CommitGroup;
let logLines: string[];
beforeEach(() => {
  database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
  clock = makeManualClock();
  logLines = [];
  group = makeCommitGroup(database, clock, (line) => logLines.push(line));
});
afterEach(() => database.close());

const longText = "x".repeat(1000);
function write(id: number): void {
  const insert = database.prepare("INSERT INTO notes (id, text) VALUES (?, ?)");
  group.write(() => void insert.run(id, longText));
}
function ids(): number[] {
  return database
    .prepare("SELECT id FROM notes ORDER BY id")
    .all()
    .map(({ id }) => Number(id));
}

/** A disk that is full, and one that has room again. SQLite then fails alike, and rolls back alike. */
function fillDisk(): void {
  const { page_count: pages } = database.prepare("PRAGMA page_count").get() ?? {};
  database.exec(`PRAGMA max_page_count = ${Number(pages)}`);
}
function freeDisk(): void {
  database.exec("PRAGMA max_page_count = 100000");
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe("[R3] a disk that is full", () => {
  test("loses nothing of the transaction it breaks, and nothing that comes meanwhile", async () => {
    write(0);
    clock.advance(100);
    fillDisk();
    for (let id = 1; id < 40; id += 1) write(id);
    expect(ids()).toEqual([0]);
    await expect(group.commitSoon()).rejects.toThrow(/takes no writes/);
    clock.advance(5000);
    expect(logLines.at(-1)).toContain("full");
    freeDisk();
    for (let id = 40; id < 50; id += 1) write(id);
    clock.advance(1000);
    expect(ids()).toEqual(upTo(50));
    write(50);
    await group.commitSoon();
    expect(database.isTransaction).toBe(false);
    expect(ids()).toEqual(upTo(51));
  });

  test("[W3] is known until it has room again, and so is how long the oldest write has waited", () => {
    write(0);
    clock.advance(4);
    expect(group.health()).toMatchObject({ isWritable: true, oldestWaitingMs: 4 });
    fillDisk();
    for (let id = 1; id < 40; id += 1) write(id);
    clock.advance(500);
    expect(group.health()).toMatchObject({ isWritable: false, oldestWaitingMs: 504 });
    freeDisk();
    clock.advance(1000);
    expect(group.health()).toEqual({
      isWritable: true,
      oldestWaitingMs: 0,
      lastCommitMs: expect.any(Number),
    });
    expect(group.health().lastCommitMs).toBeGreaterThan(0);
  });

  test("has at most 50,000 writes wait for it, and says so", () => {
    fillDisk();
    for (let id = 0; id < 50_000; id += 1) write(id);
    expect(() => write(50_000)).toThrow(/no more can wait/);
    freeDisk();
    clock.advance(1000);
    expect(ids()).toHaveLength(50_000);
  });

  test("does not have to fail for a wrong write to be told to its writer", () => {
    write(1);
    expect(() => write(1)).toThrow(/UNIQUE/);
    write(2);
    clock.advance(100);
    expect(ids()).toEqual([1, 2]);
  });

  test("does not keep a write that turns out wrong from letting the others through", () => {
    fillDisk();
    for (let id = 0; id < 40; id += 1) write(id);
    write(5);
    freeDisk();
    clock.advance(1000);
    expect(ids()).toEqual(upTo(40));
    expect(logLines.at(-1)).toMatch(/^bug: .*UNIQUE/);
  });
});
