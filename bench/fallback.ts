import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@supabase/supabase-js";
import type { FallbackAccount } from "../protocol/fallback.ts";
import type { HeartbeatDevice } from "../protocol/heartbeat.ts";
import { farm, seedFarm } from "../supabase/testing/farm.ts";
import { startStack, type Stack } from "../supabase/testing/start-stack.ts";
import { makeFallback, type Fallback } from "../web/engine/fallback/fallback.ts";
import { writeIntervalMs } from "../web/engine/fallback/pace.ts";
import { makeSupabasePlace } from "../web/engine/fallback/supabase-place.ts";
import { makeSupabaseSource } from "../web/page/fallback/fallback-source.ts";
import { numberOptions } from "./number-options.ts";
import { percentile } from "./percentile.ts";
import { printTable, type Row } from "./table.ts";
import { until } from "./until.ts";

/**
 * A farm whose relay is gone: every worker reports to a project by itself, a dashboard listens. Once as it usually is, where
 * each device changes every five minutes, and once as bad as it gets, where all of them change every second. What counts
 * are messages; how old a change is when it is heard is told by its battery level, which is the time.
 */
const { largest, phones, seconds } = numberOptions({ largest: 5000, phones: 40, seconds: 60 });
const messagesPerSecond = 50;
const loads = [
  { name: "usual", changeMs: 300_000 },
  { name: "worst", changeMs: 1000 },
];
/** No change repeats the level of the one before: no load has a whole number of these laps in it. */
const lapSeconds = 97;

const secondsNow = (): number => performance.now() / 1000;

/** Its phones change in turns; the level of each is when it last did. */
function phonesOf(pc: number, count: number, changeMs: number): () => HeartbeatDevice[] {
  const startSeconds = secondsNow();
  return () =>
    Array.from({ length: count }, (_, at) => {
      const phaseMs = (changeMs * ((at * 7919 + pc * 104_729) % 1000)) / 1000;
      const changes = Math.floor(((secondsNow() - startSeconds) * 1000 + phaseMs) / changeMs);
      const changedAt = startSeconds + (changes * changeMs - phaseMs) / 1000;
      return {
        serial_number: `${pc}-${at}`,
        status: "idle",
        adb_connected: true,
        battery_level: Math.round(((changedAt + 1000 * lapSeconds) % lapSeconds) * 1000) / 1000,
        model: "Pixel 8",
        manufacturer: "Google",
        android_version: "16",
        screen: { width: 1080, height: 2400 },
        state: "ready",
      };
    });
}

async function addAccounts(stack: Stack, workers: number): Promise<FallbackAccount[]> {
  const accounts: FallbackAccount[] = [];
  for (let pc = 0; pc < workers; pc += 1) {
    const email = `pc-${pc}@worker.example`;
    const id = await stack.addUser(email, "password");
    await stack.sql`insert into workers (farm_id, pc_id, user_id) values (${farm}, ${`pc-${pc}`}, ${id})`;
    accounts.push({
      url: stack.url,
      publishable_key: stack.publishableKey,
      farm_id: farm,
      email,
      password: "password",
      workers,
      messages_per_second: messagesPerSecond,
    });
  }
  return accounts;
}

async function measure(
  stack: Stack,
  accounts: FallbackAccount[],
  devices: number,
  load: (typeof loads)[number],
): Promise<Row> {
  const each = Math.ceil(devices / accounts.length);
  const reporting = new Set<number>();
  const fallbacks = accounts.map((account, pc): Fallback => {
    const fallback = makeFallback({
      pcId: `pc-${pc}`,
      makePlace: makeSupabasePlace,
      devices: phonesOf(pc, each, load.changeMs),
      isRelayThere: () => Promise.resolve(false),
      onRelayThere: () => undefined,
      onReport: (report) => {
        if (report?.kind === "reporting") reporting.add(pc);
      },
    });
    fallback.takeAccount(account);
    fallback.relayIs({ kind: "connecting", sinceMs: Date.now(), attempt: 1 });
    return fallback;
  });
  await until(() => reporting.size === accounts.length, "every worker reports");
  const person = createClient(stack.url, stack.publishableKey, { auth: { persistSession: false } });
  await person.auth.signInWithPassword({ email: "viewer@farm.example", password: "password" });
  const source = makeSupabaseSource({ client: person, farmId: farm });
  const agesSeconds: number[] = [];
  let isHearing = false;
  const stopListening = source.listen(
    (changes) => {
      for (const { battery_level: at = 0 } of changes.devices) {
        agesSeconds.push((((secondsNow() - at) % lapSeconds) + lapSeconds) % lapSeconds);
      }
    },
    (next) => (isHearing = next),
  );
  await until(() => isHearing, "the dashboard hears");
  const perSecond: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const before = stack.realtime.counts.messages;
    await sleep(1000);
    perSecond.push(stack.realtime.counts.messages - before);
  }
  const rows = agesSeconds.length;
  stopListening();
  for (const fallback of fallbacks) fallback.close();
  const askedMs = performance.now();
  const snapshot = await source.snapshot();
  const snapshotMs = performance.now() - askedMs;
  await person.auth.stopAutoRefresh();
  await person.removeAllChannels();
  return {
    devices,
    PCs: accounts.length,
    load: load.name,
    "writes every s":
      writeIntervalMs({ workers: accounts.length, messages_per_second: messagesPerSecond }) / 1000,
    "messages/s": perSecond.reduce((sum, count) => sum + count, 0) / seconds,
    busiest: String(Math.max(...perSecond)),
    "rows/s": rows / seconds,
    "heard p50 s": rows === 0 ? "-" : percentile(agesSeconds, 0.5),
    "p95 s": rows === 0 ? "-" : percentile(agesSeconds, 0.95),
    "snapshot kB": JSON.stringify(snapshot).length / 1000,
    "in ms": snapshotMs,
  };
}

const rows: Row[] = [];
for (const devices of [100, 1000, 5000].filter((count) => count <= largest)) {
  const stack = await startStack({ messagesPerSecond: 100_000 });
  try {
    await seedFarm(stack);
    const accounts = await addAccounts(stack, Math.ceil(devices / phones));
    for (const load of loads) rows.push(await measure(stack, accounts, devices, load));
  } finally {
    await stack.close();
  }
}
printTable(`Reports through Supabase, ${messagesPerSecond} messages a second at most`, rows);
// What supabase-js leaves open (sockets that linger) holds nothing up.
process.exit();
