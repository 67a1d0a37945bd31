import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fallbackAccount } from "../../protocol/fallback.ts";
import { openCredentials } from "../auth/credentials.ts";
import { makeManualClock, type ManualClock } from "../testing/manual-clock.ts";
import type { TestClient } from "../testing/test-client.ts";
import { heartbeatOf, makeTestFarm, phone, serialA, type TestFarm } from "../testing/test-farm.ts";
import type { AccountDesk } from "./account-desk.ts";
import type { Refusal } from "./refusal.ts";

const project = {
  url: "https://project.example",
  publishable_key: "sb_publishable_x",
  farm_id: "11111111-2222-4333-8444-555555555555",
};
let clock: ManualClock;
let farm: TestFarm;
/** PCs for which one was made, and users that were taken away. */
let made: string[];
let ended: string[];
let refusal: Refusal | undefined;
let folder: string;

const desk: AccountDesk = {
  place: "https://project.example farm",
  project,
  open(pcId) {
    if (refusal !== undefined) return Promise.resolve(refusal);
    made.push(pcId);
    const userId = `user ${made.length}`;
    const account = {
      pcId,
      userId,
      email: `${pcId}@farm`,
      password: `secret ${made.length}`,
      isEnding: false,
    };
    return Promise.resolve({ kind: "done", account });
  },
  end({ userId }) {
    if (refusal !== undefined) return Promise.resolve(refusal);
    ended.push(userId);
    return Promise.resolve({ kind: "done" });
  },
};

function start(): void {
  farm = makeTestFarm({
    clock,
    accountDesk: desk,
    storePath: join(folder, "store.db"),
    credentialsPath: join(folder, "keys.db"),
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-accounts-"));
  clock = makeManualClock();
  [made, ended, refusal] = [[], [], undefined];
  start();
});
afterEach(() => {
  farm.close();
  rmSync(folder, { recursive: true });
});

async function pass(durationMs: number): Promise<void> {
  for (let gone = 0; gone < durationMs; gone += 250) {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(250);
  }
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const accountOf = (client: TestClient) => v.parse(fallbackAccount, client.last("fallback:account"));

test("[U14] a worker is given what it can report with by itself, its own and the same each time", async () => {
  const [one, other] = [await farm.worker("desk-1"), await farm.worker("desk-2")];
  await pass(3000);
  expect(accountOf(one)).toEqual({
    ...project,
    email: "desk-1@farm",
    password: "secret 1",
    workers: 2,
    messages_per_second: 50,
  });
  expect(accountOf(other)).toMatchObject({ email: "desk-2@farm", password: "secret 2" });
  farm.close();
  start();
  const again = await farm.worker("desk-1");
  expect(accountOf(again)).toMatchObject({ password: "secret 1" });
  expect(made).toEqual(["desk-1", "desk-2"]);
});

test("[U14] nobody else hears of it, and no log and no row of the trail has it", async () => {
  const dashboard = await farm.dashboard();
  const worker = await farm.worker("desk-1");
  const stream = await farm.workerStream("desk-1");
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  await pass(3000);
  expect(accountOf(worker).password).toBe("secret 1");
  expect([...dashboard.all("fallback:account"), ...stream.all("fallback:account")]).toEqual([]);
  const written = JSON.stringify([farm.logLines, farm.store.listAuditEvents(1000)]);
  expect(written).toContain("desk-1");
  expect(written).not.toContain("secret 1");
});

test("[U14] who is refused gets none", async () => {
  const refused = await farm.tryConnect("/worker", { type: "worker", token: "wrong", pc_id: "desk-1" });
  expect(refused).toMatchObject({ code: "AUTH_FAILED" });
  await pass(5000);
  expect(made).toEqual([]);
});

test("[U14] with the PC's key its account ends, also when Supabase is away and the relay starts again", async () => {
  const key = farm.workerKeyOf("desk-1");
  const worker = await farm.connect("/worker", key);
  await pass(3000);
  refusal = { kind: "not now", reason: "503" };
  const terminal = openCredentials(join(folder, "keys.db"), clock);
  terminal.revoke("worker-key", terminal.list()[0]?.id ?? "", "tester");
  terminal.close();
  await pass(3000);
  expect(worker.isClosed()).toBe(true);
  farm.close();
  start();
  refusal = undefined;
  await pass(3000);
  expect(ended).toEqual(["user 1"]);
  const again = await farm.worker("desk-1");
  await pass(3000);
  expect(accountOf(again)).toMatchObject({ password: "secret 2" });
});

test("[U15] a farm that has grown tells everybody of their smaller share", async () => {
  const first = await farm.worker("desk-0");
  await pass(3000);
  for (let pc = 1; pc < 50; pc += 1) {
    await farm.worker(`desk-${pc}`);
    await pass(500);
  }
  await pass(2000);
  const shares = first.all("fallback:account").map((payload) => v.parse(fallbackAccount, payload).workers);
  expect(shares[0]).toBe(1);
  expect(shares.at(-1)).toBeGreaterThanOrEqual(40);
  expect(shares.length).toBeLessThan(20);
});

test("[U14] a Supabase that is away is waited for, and everybody gets theirs", async () => {
  refusal = { kind: "not now", reason: "429" };
  const workers = [];
  for (let pc = 0; pc < 5; pc += 1) workers.push(await farm.worker(`desk-${pc}`));
  await pass(600_000);
  expect(farm.logLines.filter((line) => line.includes("no accounts")).length).toBeLessThan(4);
  refusal = undefined;
  await pass(70_000);
  expect(workers.map((worker) => accountOf(worker).email)).toEqual(
    [0, 1, 2, 3, 4].map((pc) => `desk-${pc}@farm`),
  );
});
