import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Result } from "../../protocol/fault.ts";
import { makeSqliteStore } from "../store/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { makeManualClock } from "../testing/manual-clock.ts";
import { runSubcommand } from "./subcommands.ts";

let folder: string;
let store: Store;
const clock = makeManualClock();
const startMs = clock.now();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-audit-"));
  // Left open: the relay writes while the trail is read.
  store = makeSqliteStore(join(folder, "relay.db"), clock);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function record(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const details = { text: 'a "quoted", 관리자 }', index };
    const row = { actor: "ann", address: "::1", event: "connect", outcome: "ok", details };
    store.addAuditEvent({ ...row, eventId: crypto.randomUUID(), atMs: startMs + index * 1000 });
  }
  await store.commit();
}

async function tabfarm(...args: string[]): Promise<{ done: Result<void>; output: string }> {
  const output = new PassThrough();
  const read = text(output);
  const done = await runSubcommand("audit", args, { TABFARM_DATA: folder }, output);
  output.end();
  return { done, output: await read };
}

describe("[R2] tabfarm audit verify", () => {
  test("says what it checked and the head to note", async () => {
    await record(7);
    const { done, output } = await tabfarm("verify");
    expect(done.ok).toBe(true);
    expect(output).toBe(
      `the audit trail is whole: 7 rows, 1 (${new Date(startMs).toISOString()}) to 7 (${new Date(startMs + 6000).toISOString()})\n` +
        `head ${store.auditHead().hash}\n`,
    );
    const noted = store.auditHead().hash;
    await record(2);
    expect((await tabfarm("verify", "--head", noted)).output).toContain("the head that was noted is in it");
    expect((await tabfarm("verify", "--head", "0f".repeat(32))).done).toMatchObject({ ok: false });
  });

  test("names the row where the trail breaks, and fails", async () => {
    await record(7);
    const other = new DatabaseSync(join(folder, "relay.db"));
    other.exec("UPDATE audit_events SET actor = 'ben' WHERE sequence = 4");
    other.close();
    expect((await tabfarm("verify")).done).toMatchObject({
      ok: false,
      fault: { code: "INTERNAL", message: expect.stringMatching(/broken at row 4: /) },
    });
  });

  test.each([
    [["verify", "--head", "x"], /--head/],
    [["look"], /"verify" or "export"/],
    [["export", "--from", "yesterday"], /--from/],
    [["verify", "--frob"], /frob/],
  ])("%j is bad usage", async (args, message) => {
    expect((await tabfarm(...args)).done).toMatchObject({
      ok: false,
      fault: { code: "INVALID_PAYLOAD", message: expect.stringMatching(message) },
    });
  });

  test("says that there is no store", async () => {
    expect((await tabfarm("verify", "--data", join(folder, "nowhere"))).done).toMatchObject({
      ok: false,
      fault: { code: "INTERNAL", message: expect.stringContaining("--data") },
    });
  });
});

describe("[R6] tabfarm audit export", () => {
  test("writes lines that anybody can check, by cutting the hash off", async () => {
    await record(1200);
    const lines = (await tabfarm("export")).output.trimEnd().split("\n");
    let previous = "0".repeat(64);
    for (const line of lines) {
      const [, body = "", hash] = /^(.*),"hash":"([0-9a-f]{64})"\}$/.exec(line) ?? [];
      expect(
        createHash("sha256")
          .update(previous + body)
          .digest("hex"),
      ).toBe(hash);
      previous = hash ?? "";
    }
    expect(previous).toBe(store.auditHead().hash);
    expect(lines.map((line) => JSON.parse(line).sequence)).toEqual(lines.map((_, index) => index + 1));
    expect(JSON.parse(lines[7] ?? "")).toMatchObject({ actor: "ann", details: { index: 7 } });
  });

  test("keeps to a time range", async () => {
    await record(50);
    const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();
    const { output } = await tabfarm("export", "--from", at(10), "--until", at(12));
    expect(output.trimEnd().split("\n")).toHaveLength(3);
  });

  test("waits for a slow reader, and ends without a word when it leaves", async () => {
    await record(3000);
    let chunks = 0;
    const leaving = new Writable({
      highWaterMark: 1,
      write(_, __, done) {
        chunks += 1;
        setImmediate(() =>
          done(chunks === 2 ? Object.assign(new Error("write EPIPE"), { code: "EPIPE" }) : null),
        );
      },
    });
    expect(await runSubcommand("audit", ["export"], { TABFARM_DATA: folder }, leaving)).toEqual({
      ok: true,
      value: undefined,
    });
    expect(chunks).toBe(2);
  });

  test("as a program whose output is cut off says nothing either", async () => {
    await record(3000);
    const tool = fileURLToPath(new URL("../tabfarm.ts", import.meta.url));
    const program = spawn(process.execPath, [tool, "audit", "export", "--data", folder]);
    const errors = text(program.stderr);
    const closed = once(program, "close");
    await once(program.stdout, "data");
    program.stdout.destroy();
    expect(await closed).toEqual([0, null]);
    expect(await errors).toBe("");
  });
});
