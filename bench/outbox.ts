import { setTimeout as sleep } from "node:timers/promises";
import { startRelayProcess, withDataDir } from "../relay/testing/relay-process.ts";
import { deviceA, strangeDevice } from "../relay/testing/test-farm.ts";
import { loadTrail } from "../relay/testing/trail-load.ts";
import { makeAuditSink } from "../relay/supabase/audit-sink.ts";
import { openProject, type SupabaseProject } from "../relay/supabase/project.ts";
import { systemClock } from "../relay/clock.ts";
import { farm, relayEnvironment, seedFarm } from "../supabase/testing/farm.ts";
import { startStack, type Stack } from "../supabase/testing/start-stack.ts";
import { numberOptions } from "./number-options.ts";
import { percentile } from "./percentile.ts";
import { printTable } from "./table.ts";
import { untilAsked } from "./until.ts";

/**
 * The audit trail on its way to Supabase (a local stack, whose REST is in this process): how late rows are there while they
 * are written at a steady rate, and how fast those go that piled up while it was away. The baseline sends as many rows in
 * batches of 1,000 through the same client, one after another, with no relay.
 */
const { rate, seconds } = numberOptions({ rate: 1000, seconds: 20 });

const stack = await startStack();
await seedFarm(stack);
const project: SupabaseProject = {
  url: new URL(stack.url),
  publishableKey: stack.publishableKey,
  secretKey: stack.secretKey,
  farmId: farm,
};

/** How old each new row is when a look at the table finds it, until `isOver`. */
async function agesUntil({ sql }: Stack, isOver: () => boolean): Promise<number[]> {
  const ages: number[] = [];
  let last = await newest(stack);
  while (!isOver()) {
    await sleep(20);
    const rows = await sql`select sequence, extract(epoch from at) * 1000 as at_ms from audit_events
      where farm_id = ${farm} and sequence > ${last} order by sequence`;
    const nowMs = Date.now();
    for (const row of rows) ages.push(nowMs - Number(row["at_ms"]));
    last = Number(rows.at(-1)?.["sequence"] ?? last);
  }
  return ages;
}

async function newest({ sql }: Stack): Promise<number> {
  const [row] =
    await sql`select coalesce(max(sequence), 0)::int as last from audit_events where farm_id = ${farm}`;
  return Number(row?.["last"]);
}

async function baselineRowsPerSecond(rows: number): Promise<number> {
  const sink = makeAuditSink(await openProject(project), project, systemClock);
  const startedAtMs = performance.now();
  for (let at = 0; at < rows; at += 1000) {
    const batch = Array.from({ length: 1000 }, (_, index) => ({
      sequence: 1_000_000_000 + at + index,
      eventId: crypto.randomUUID(),
      atMs: Date.now(),
      actor: "worker desk-1",
      address: "127.0.0.1",
      event: "job:progress",
      deviceId: deviceA,
      outcome: "progress",
      details: JSON.stringify({ assignment_id: strangeDevice, job_id: strangeDevice, progress_pct: 7 }),
      hash: "0".repeat(64),
    }));
    const sent = await sink.send(batch);
    if (sent.kind !== "taken") throw new Error(sent.reason);
  }
  return (rows / (performance.now() - startedAtMs)) * 1000;
}

await withDataDir(async (dataDir) => {
  const relay = await startRelayProcess(dataDir, 0, [], relayEnvironment(stack));
  const stop = await loadTrail(relay.url, rate);
  await untilAsked(async () => (await newest(stack)) > rate, "rows are in Supabase");
  const endMs = performance.now() + seconds * 1000;
  const ages = await agesUntil(stack, () => performance.now() >= endMs);

  await stack.unplug();
  await sleep(seconds * 1000);
  stop();
  const before = await newest(stack);
  await stack.plugIn();
  await untilAsked(async () => (await newest(stack)) > before, "the first rows came");
  const firstAtMs = performance.now();
  const from = await newest(stack);
  let last = from;
  let lastAtMs = firstAtMs;
  for (let quiet = 0; quiet < 40; quiet += 1) {
    await sleep(50);
    const now = await newest(stack);
    if (now === last) continue;
    [last, lastAtMs, quiet] = [now, performance.now(), 0];
  }
  const drained = ((last - from) / (lastAtMs - firstAtMs)) * 1000;
  await relay.kill();
  const plain = await baselineRowsPerSecond(Math.max(10_000, last - from));
  printTable(`audit rows to Supabase, ${rate} a second for ${seconds} s, then ${last - before} at once`, [
    {
      "": "relay",
      rows: ages.length,
      "late p50 ms": percentile(ages, 0.5),
      "p99 ms": percentile(ages, 0.99),
      "rows/s after an outage": drained,
      "of the plain client's": drained / plain,
    },
  ]);
});
await stack.close();
process.exit();
