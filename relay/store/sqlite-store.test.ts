import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeManualClock, type ManualClock } from "../testing/manual-clock.ts";
import { describeStore } from "../testing/store-contract.ts";
import { makeSqliteStore } from "./sqlite-store.ts";

describeStore("SQLite in memory", () => ({
  store: makeSqliteStore(":memory:", makeManualClock()),
  remove: () => {},
}));

describeStore("SQLite in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "tabfarm-store-"));
  return {
    store: makeSqliteStore(join(folder, "relay.db"), makeManualClock()),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
});

describe("a store in a file", () => {
  let folder: string;
  let path: string;
  let clock: ManualClock;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tabfarm-store-"));
    path = join(folder, "relay.db");
    clock = makeManualClock();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const row = { atMs: 1, actor: "a", address: "b", event: "c", outcome: "d" };

  /** What is durable, seen as another process would. */
  function rowsOnDisk(): number {
    const reader = new DatabaseSync(path, { readOnly: true });
    const { count } = reader.prepare("SELECT count(*) AS count FROM audit_events").get() ?? {};
    reader.close();
    return Number(count);
  }

  test("writes what was collected within 100 ms in one commit", () => {
    const store = makeSqliteStore(path, clock);
    for (let index = 0; index < 5; index += 1) store.addAuditEvent({ ...row, eventId: `${index}` });
    expect(rowsOnDisk()).toBe(0);
    clock.advance(100);
    expect(rowsOnDisk()).toBe(5);
    store.close();
  });

  test("writes at once what somebody waits for", async () => {
    const store = makeSqliteStore(path, clock);
    store.addAuditEvent({ ...row, eventId: "1" });
    await Promise.all([store.commit(), store.commit()]);
    expect(rowsOnDisk()).toBe(1);
    store.close();
  });

  test("remembers after it was closed", () => {
    const before = makeSqliteStore(path, clock);
    before.addAuditEvent({ ...row, eventId: "1", details: { some: ["thing"] } });
    before.close();
    const after = makeSqliteStore(path, clock);
    expect(after.listAuditEvents(10)).toEqual([{ ...row, eventId: "1", details: { some: ["thing"] } }]);
    after.close();
  });

  test("that a newer relay wrote is refused, not harmed", () => {
    makeSqliteStore(path, clock).close();
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 99");
    newer.close();
    expect(() => makeSqliteStore(path, clock)).toThrow(/newer/);
  });
});
