import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeTestFarm, type TestFarm } from "../testing/test-farm.ts";
import { verifyTrail } from "./verification.ts";

const dayMs = 86_400_000;
let folder: string;
let farm: TestFarm;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-retention-"));
});
afterEach(() => {
  farm.close();
  rmSync(folder, { recursive: true, force: true });
});

async function fill(rows: number, daysAgo = 0): Promise<void> {
  const row = { actor: "ann", address: "::1", event: "connect", outcome: "x".repeat(2000) };
  const atMs = farm.clock.now() - daysAgo * dayMs;
  for (let index = 0; index < rows; index += 1)
    farm.store.addAuditEvent({ ...row, eventId: crypto.randomUUID(), atMs });
  await farm.store.commit();
}

function onDisk<T>(read: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(folder, "relay.db"), { readOnly: true });
  const result = read(database);
  database.close();
  return result;
}
const verify = () => onDisk((database) => verifyTrail(database));
const pages = () => onDisk((database) => Number(database.prepare("PRAGMA page_count").get()?.["page_count"]));
const prunings = () => farm.store.listAuditEvents(10_000).filter(({ event }) => event === "audit:prune");

describe("[R7] the trail forgets", () => {
  test("what is older than it is kept, gives the room back, and still verifies", async () => {
    farm = makeTestFarm({ storePath: join(folder, "relay.db"), settings: { auditKeepDays: 7 } });
    await fill(3000, 8);
    await fill(100, 6);
    const { hash } = farm.store.auditHead();
    const before = pages();
    farm.clock.advance(620_000);
    expect(verify()).toMatchObject({
      kind: "whole",
      rows: 101,
      prunedUntil: 3000,
      first: { sequence: 3001 },
    });
    expect(prunings()).toMatchObject([{ actor: "relay", details: { through: 3000, rows: 3000 } }]);
    expect(pages()).toBeLessThan(before / 5);
    expect(onDisk((database) => verifyTrail(database, hash))).toMatchObject({ kind: "whole" });
    farm.clock.advance(1_300_000);
    expect(prunings()).toHaveLength(1);
  });

  test("the oldest when all of it takes too much room", async () => {
    farm = makeTestFarm({ storePath: join(folder, "relay.db"), settings: { auditKeepBytes: 1_000_000 } });
    await fill(2000);
    farm.clock.advance(620_000);
    const { rows, prunedUntil } = { rows: 0, prunedUntil: 0, ...verify() };
    expect(rows + prunedUntil).toBe(2001);
    // About 2,300 bytes each.
    expect(rows).toBeGreaterThan(380);
    expect(rows).toBeLessThan(480);
  });

  test("a few rows at a time, and verifies between them and after a restart in the middle", async () => {
    const options = { storePath: join(folder, "relay.db"), settings: { auditKeepDays: 7 } };
    farm = makeTestFarm(options);
    await fill(3000, 8);
    farm.clock.advance(600_030);
    await farm.store.commit();
    expect(verify()).toMatchObject({ kind: "whole", prunedUntil: 400 });
    const { clock } = farm;
    farm.close();
    farm = makeTestFarm({ ...options, clock });
    expect(verify()).toMatchObject({ kind: "whole", prunedUntil: 400 });
    clock.advance(620_000);
    expect(verify()).toMatchObject({ kind: "whole", prunedUntil: 3000 });
  });

  test("nothing that no row says so of", async () => {
    farm = makeTestFarm({ storePath: join(folder, "relay.db") });
    await fill(20);
    const other = new DatabaseSync(join(folder, "relay.db"));
    other.exec(`UPDATE audit_anchor SET sequence = 5, hash = (SELECT hash FROM audit_events WHERE sequence = 5);
      DELETE FROM audit_events WHERE sequence <= 5`);
    other.close();
    expect(verify()).toMatchObject({
      kind: "broken",
      sequence: 5,
      problem: expect.stringMatching(/no row says so/),
    });
  });
});
