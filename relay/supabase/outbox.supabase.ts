import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { farm, seedFarm } from "../../supabase/testing/farm.ts";
import { startStack, type Stack } from "../../supabase/testing/start-stack.ts";
import { chainStart, hashOf, type ChainedRow } from "../audit/chain.ts";
import { startRelayProcess, withDataDir } from "../testing/relay-process.ts";
import { connectSocketIo } from "../testing/socket-io-client.ts";
import { deviceA, heartbeatOf, phone, serialA, strangeDevice, workerAuth } from "../testing/test-farm.ts";

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
    const env = {
      SUPABASE_URL: stack.url,
      SUPABASE_PUBLISHABLE_KEY: stack.publishableKey,
      SUPABASE_SECRET_KEY: stack.secretKey,
      SUPABASE_FARM_ID: farmId,
    };
    let relay = await startRelayProcess(dataDir, 0, [], env);
    let stopLoad = await load(relay.url);
    await expect
      .poll(() => remoteCount(stack, farmId), { timeout: 30_000 })
      .toBeGreaterThan(eventsPerSecond / 2);

    await stack.postgres.stop();
    await sleep(outageMs / 2);
    stopLoad();
    await relay.kill();
    relay = await startRelayProcess(dataDir, relay.port, [], env);
    stopLoad = await load(relay.url);
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

/** So many rows of the trail a second: a worker that tells of a job. The returned function ends it. */
async function load(url: string): Promise<() => void> {
  const connected = await connectSocketIo(url, "/worker", workerAuth("desk-1"));
  if (!connected.ok) throw new Error(connected.fault.message);
  const worker = connected.value;
  await worker.request("worker:heartbeat", heartbeatOf([phone(serialA)]));
  const news = {
    assignment_id: strangeDevice,
    job_id: strangeDevice,
    device_id: deviceA,
    progress_pct: 7,
    current_step: "step",
    elapsed_sec: 1,
  };
  const timer = setInterval(() => {
    for (let count = 0; count < eventsPerSecond / 20; count += 1) worker.send("job:progress", news);
  }, 50);
  return () => {
    clearInterval(timer);
    worker.close();
  };
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

async function remoteRows(stack: Stack, farmId: string): Promise<(ChainedRow & { hash: string })[]> {
  const rows = await stack.sql`
    select *, round(extract(epoch from at) * 1000)::bigint as at_ms from audit_events
    where farm_id = ${farmId} order by sequence`;
  return rows.map((row) => ({
    sequence: Number(row["sequence"]),
    eventId: String(row["event_id"]),
    atMs: Number(row["at_ms"]),
    actor: String(row["actor"]),
    address: String(row["address"]),
    event: String(row["event"]),
    deviceId: row["device_id"] === null ? null : String(row["device_id"]),
    outcome: String(row["outcome"]),
    details: row["details"] === null ? null : String(row["details"]),
    hash: String(row["hash"]),
  }));
}
