import { setTimeout as sleep } from "node:timers/promises";
import { startProbed, type ProbedProcess } from "../relay/testing/probed-process.ts";
import { startRelayProcess, withDataDir } from "../relay/testing/relay-process.ts";
import { openSimulatedDashboard } from "../relay/testing/simulated-dashboard.ts";
import { openSimulatedWorker } from "../relay/testing/simulated-worker.ts";
import { testTokens } from "../relay/testing/test-farm.ts";
import { numberOptions } from "./number-options.ts";
import { percentile } from "./percentile.ts";
import { printTable, ratioRow, type Row } from "./table.ts";
import { until } from "./until.ts";

/**
 * A large farm at rest: every worker reports its devices every 5 s, and each time one battery has changed. The baseline
 * reads the same heartbeats over Socket.IO, answers them and forgets them. One after the other, as they share a machine.
 */
const { workers, devices, seconds } = numberOptions({ workers: 1000, devices: 40, seconds: 20 });
const heartbeatMs = 5000;

async function measure(name: string, process: ProbedProcess, url: string): Promise<Row> {
  const empty = await process.usageCollected();
  const dashboard = openSimulatedDashboard({ url, token: testTokens.dashboard });
  const seen = new Set<number>();
  let answersMs: number[] = [];
  const fleet = [];
  for (let at = 0; at < workers; at += 1) {
    fleet.push(
      openSimulatedWorker({
        url,
        token: testTokens.worker,
        pcId: `bench-${at}`,
        devices,
        heartbeatMs,
        onHeartbeatAnswered(elapsedMs) {
          seen.add(at);
          answersMs.push(elapsedMs);
        },
      }),
    );
    // Farm PCs do not beat in step.
    await sleep(heartbeatMs / workers);
  }
  await until(() => seen.size === workers, "every worker was answered");
  // The first beats, which are all news, are over.
  await sleep(Math.min(heartbeatMs, seconds * 1000));
  answersMs = [];
  const before = await process.usage();
  const startedAtMs = performance.now();
  await sleep(seconds * 1000);
  const { cpuMs } = await process.usage();
  const elapsedMs = performance.now() - startedAtMs;
  const measured = answersMs;
  const full = await process.usageCollected();
  for (const client of [...fleet, dashboard]) client.close();
  await process.kill();
  const heartbeats = measured.length;
  return {
    "": name,
    "heartbeats/s": (heartbeats / elapsedMs) * 1000,
    cores: (cpuMs - before.cpuMs) / elapsedMs,
    "CPU µs/heartbeat": ((cpuMs - before.cpuMs) / heartbeats) * 1000,
    "bytes/device": (full.heapBytes - empty.heapBytes) / workers / devices,
    "RSS MB": full.rssBytes / 2 ** 20,
    "ack p50 ms": percentile(measured, 0.5),
    "ack p99 ms": percentile(measured, 0.99),
  };
}

await withDataDir(async (dataDir) => {
  const bare = startProbed(new URL("baselines/socket-io-relay.ts", import.meta.url), []);
  const baseline = await measure("bare Socket.IO", bare, await bare.printed(/http:\S+/));
  const relay = await startRelayProcess(dataDir);
  const row = await measure("relay", relay, relay.url);
  printTable(`${workers} workers with ${devices} devices each, a heartbeat every 5 s`, [
    row,
    baseline,
    ratioRow("ratio", row, baseline),
  ]);
});
