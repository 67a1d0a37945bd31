import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { farm, relayEnvironment, seedFarm } from "../../supabase/testing/farm.ts";
import { startStack, type Stack } from "../../supabase/testing/start-stack.ts";
import { chainStart, hashOf } from "../audit/chain.ts";
import { chainedRowFrom } from "../store/audit-rows.ts";
import type { HashedRow } from "../store/outbox-rows.ts";
import { startRelayProcess, withDataDir } from "../testing/relay-process.ts";
import { loadTrail } from "../testing/trail-load.ts";

/** How long Postgres is away; longer ones are asked for by hand. */
const outageMs = Number(process.env["OUTAGE_SECONDS"] ?? 4) * 1000;
const eventsPerSecond = 500;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await seedFarm(stack);
});
afterAll(() => stack.close());

test(
  "[U1, U2] Postgres stopped under load and the relay killed meanwhile: both trails are the same, row for row",
  { timeout: outageMs + 200_000 },
  async () => {
    const report = await surviveOutage(stack, farm);
    const { rows, waited, caughtUpMs } = report;
    process.stdout.write(
      `${rows} rows; ${waited} waited and were there ${Math.round(caughtUpMs)} ms after Postgres was\n`,
    );
    expect(waited).toBeGreaterThan(eventsPerSecond);
    expect(report.remoteHashes).toEqual(report.localHashes);
    expect(report.recomputedHashes).toEqual(report.localHashes);
  },
);

interface OutageReport {
  rows: number;
  /** How many had piled up when Postgres came back. */
  waited: number;
  /** From its coming back until all were there. */
  caughtUpMs: number;
  /** Of each trail, and of the chain computed anew over Postgres' rows, oldest first. */
  localHashes: string[];
  remoteHashes: string[];
  recomputedHashes: string[];
}

/**
 * A relay under `eventsPerSecond`, Postgres stopped for so long, the relay killed in the middle of that and started again.
 * Resolves when Postgres has as many rows as the relay.
 */
async function surviveOutage(stack: Stack, farmId: string): Promise<OutageReport> {
  return withDataDir(async (dataDir) => {
    const env = relayEnvironment(stack, farmId);
    let relay = await startRelayProcess(dataDir, 0, [], env);
    let stopLoad = await loadTrail(relay.url, eventsPerSecond);
    await expect
      .poll(() => remoteCount(stack, farmId), { timeout: 30_000 })
      .toBeGreaterThan(eventsPerSecond / 2);

    await stack.postgres.stop();
    await sleep(outageMs / 2);
    stopLoad();
    await relay.kill();
    relay = await startRelayProcess(dataDir, relay.port, [], env);
    stopLoad = await loadTrail(relay.url, eventsPerSecond);
    await sleep(outageMs / 2);
    const before = localRows(dataDir).length;
    await stack.postgres.start();
    const backAtMs = performance.now();
    const waited = before - (await remoteCount(stack, farmId));
    stopLoad();
    // The last rows are those of the connections that ended.
    const unsent = async (): Promise<number> =>
      localRows(dataDir).length - (await remoteCount(stack, farmId));
    await expect.poll(unsent, { timeout: 120_000 }).toBe(0);
    const caughtUpMs = performance.now() - backAtMs;
    await relay.kill();

    const local = localRows(dataDir);
    const remote = await remoteRows(stack, farmId);
    let hash = chainStart.hash;
    return {
      rows: local.length,
      waited,
      caughtUpMs,
      localHashes: local.map((row) => row.hash),
      remoteHashes: remote.map((row) => row.hash),
      recomputedHashes: remote.map((row) => (hash = hashOf(hash, row))),
    };
  });
}

function localRows(dataDir: string): { hash: string }[] {
  const database = new DatabaseSync(join(dataDir, "relay.db"), { readOnly: true });
  try {
    return database
      .prepare("SELECT hash FROM audit_events ORDER BY sequence")
      .all()
      .map((row) => ({ hash: String(row["hash"]) }));
  } finally {
    database.close();
  }
}

async function remoteCount(stack: Stack, farmId: string): Promise<number> {
  const [row] = await stack.sql`select count(*)::int as count from audit_events where farm_id = ${farmId}`;
  return Number(row?.["count"]);
}

async function remoteRows(stack: Stack, farmId: string): Promise<HashedRow[]> {
  const rows = await stack.sql`
    select *, round(extract(epoch from at) * 1000)::bigint as at_ms from audit_events
    where farm_id = ${farmId} order by sequence`;
  return rows.map((row) => ({ ...chainedRowFrom({ ...row, at: row["at_ms"] }), hash: String(row["hash"]) }));
}
