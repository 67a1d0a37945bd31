import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { migrate } from "../store/migrations.ts";
import { makeSqliteStore } from "../store/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { makeManualClock } from "../testing/manual-clock.ts";
import { deviceA } from "../testing/test-farm.ts";
import { verifyTrail, type Verification } from "./verification.ts";

let folder: string;
let path: string;
let store: Store;
const clock = makeManualClock();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-trail-"));
  path = join(folder, "relay.db");
  store = makeSqliteStore(path, clock);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Text that a careless round trip through the file would change. */
const oddTexts = ["plain", "관리자", "half a pair \ud800", "nul \u0000 inside", "😀", ""];

async function record(count: number): Promise<void> {
  const atMs = clock.now();
  for (let index = 0; index < count; index += 1) {
    const actor = oddTexts[index % oddTexts.length] ?? "";
    const details = index % 2 === 0 ? {} : { details: { text: actor, 7: [null, 1e21, -0] } };
    const device = index % 3 === 0 ? { deviceId: deviceA } : {};
    store.addAuditEvent({
      eventId: `${store.auditHead().sequence}`,
      atMs,
      actor,
      address: "::1",
      event: "connect",
      outcome: "ok",
      ...device,
      ...details,
    });
  }
  await store.commit();
}

/** As another process sees it. */
function verify(notedHead?: string): Verification {
  const reader = new DatabaseSync(path, { readOnly: true });
  try {
    return verifyTrail(reader, notedHead);
  } finally {
    reader.close();
  }
}

/** As somebody with the file in hand may change it. */
function tamper(sql: string): void {
  const other = new DatabaseSync(path);
  other.exec(sql);
  other.close();
}

describe("[R2] the trail verifies", () => {
  test("when it is empty, and while it grows, from its first row to its head", async () => {
    expect(verify()).toEqual({ kind: "whole", rows: 0, prunedUntil: 0, head: "0".repeat(64) });
    await record(50);
    const noted = store.auditHead().hash;
    await record(50);
    const at = new Date(clock.now()).toISOString();
    expect(verify(noted)).toEqual({
      kind: "whole",
      rows: 100,
      prunedUntil: 0,
      first: { sequence: 1, at },
      last: { sequence: 100, at },
      head: store.auditHead().hash,
    });
  });

  test("over a restart", async () => {
    await record(3);
    store.close();
    store = makeSqliteStore(path, clock);
    await record(3);
    expect(verify()).toMatchObject({ kind: "whole", rows: 6 });
  });

  test("when it was begun by a relay that chained nothing", async () => {
    store.close();
    rmSync(path);
    const older = new DatabaseSync(path);
    migrate(older, 2);
    const add = older.prepare(
      `INSERT INTO audit_events (event_id, at, actor, address, event, device_id, outcome, details)
       VALUES (?, ?, 'ann', '::1', 'connect', ?, 'ok', ?)`,
    );
    for (let index = 0; index < 20; index += 1)
      add.run(`${index}`, clock.now(), deviceA, '{"7":[null,1e21]}');
    older.close();
    store = makeSqliteStore(path, clock);
    await record(1);
    expect(verify()).toMatchObject({ kind: "whole", rows: 21 });
  });
});

describe("[R2] the trail does not verify, and the row is named,", () => {
  beforeEach(() => record(30));

  test.each([
    [
      "when a row's time was made none",
      "UPDATE audit_events SET at = 9e15 WHERE sequence = 12",
      12,
      /not what its hash/,
    ],
    [
      "when a row was changed",
      "UPDATE audit_events SET outcome = 'ko' WHERE sequence = 12",
      12,
      /not what its hash/,
    ],
    ["when its time was changed", "UPDATE audit_events SET at = at + 1 WHERE sequence = 12", 12, /not what/],
    ["when a row was taken out", "DELETE FROM audit_events WHERE sequence = 12", 12, /missing/],
    ["when the oldest was taken out", "DELETE FROM audit_events WHERE sequence = 1", 1, /missing/],
    [
      "when a row was taken out and the others moved up",
      "DELETE FROM audit_events WHERE sequence = 12; UPDATE audit_events SET sequence = sequence - 1 WHERE sequence > 12",
      12,
      /not what/,
    ],
    [
      "when two rows were exchanged",
      `UPDATE audit_events SET sequence = 99 WHERE sequence = 12;
       UPDATE audit_events SET sequence = 12 WHERE sequence = 13; UPDATE audit_events SET sequence = 13 WHERE sequence = 99`,
      12,
      /not what/,
    ],
  ])("%s", (_, sql, sequence, problem) => {
    tamper(sql);
    expect(verify()).toEqual({ kind: "broken", sequence, problem: expect.stringMatching(problem) });
  });

  test("when its newest rows were cut off after its head was noted", async () => {
    const noted = store.auditHead().hash;
    await record(5);
    expect(verify(noted)).toMatchObject({ kind: "whole" });
    tamper("DELETE FROM audit_events WHERE sequence > 29");
    expect(verify()).toMatchObject({ kind: "whole", rows: 29 });
    expect(verify(noted)).toMatchObject({ kind: "broken", sequence: 29, problem: /head that was noted/ });
  });
});

test("[R2] the trail verifies after its writer was killed in the middle of it, up to what it had committed", async () => {
  store.close();
  const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { makeSqliteStore } from ${module("../store/sqlite-store.ts")};
    import { systemClock } from ${module("../clock.ts")};
    const store = makeSqliteStore(${JSON.stringify(path)}, systemClock);
    const row = { atMs: 1, actor: "a".repeat(500), address: "b", event: "c", outcome: "d" };
    for (;;) {
      for (let n = 0; n < 20; n += 1) store.addAuditEvent({ ...row, eventId: crypto.randomUUID() });
      const { hash } = store.auditHead();
      await store.commit();
      console.log(hash);
    }`;
  for (let round = 1; round <= 3; round += 1) {
    const writer = spawn(process.execPath, ["--input-type=module", "--eval", program]);
    const closed = once(writer, "close");
    let noted = "";
    let commits = 0;
    for await (const line of createInterface(writer.stdout)) {
      noted = line;
      commits += 1;
      if (commits === 20 * round) writer.kill("SIGKILL");
    }
    await closed;
    expect(verify(noted)).toMatchObject({ kind: "whole" });
  }
  store = makeSqliteStore(path, clock);
  await record(1);
  expect(verify()).toMatchObject({ kind: "whole" });
});
