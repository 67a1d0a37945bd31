import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeRandom, type Random } from "../random.ts";
import { startRelayProcess, type RelayProcess } from "../relay-process.ts";
import {
  hasEnded,
  openSimulatedDashboard,
  type SentCommand,
  type SimulatedDashboard,
} from "../simulated-dashboard.ts";
import { openSimulatedWorker, type SimulatedWorker } from "../simulated-worker.ts";
import { testTokens } from "../test-farm.ts";
import { readHead } from "./trail.ts";

export interface FaultRunNeeds {
  dataDir: string;
  seed: number;
  kills: number;
}

/** What everybody outside of the relay saw. */
export interface FaultRun {
  commands: SentCommand[];
  /** How often each command was executed, by `executionKey`. */
  executions: Map<string, number>;
  /** With what the trail ended after each kill. */
  heads: string[];
  storePath: string;
  drops: number;
  log: string;
}

const workerCount = 4;
const devicesPerWorker = 5;
const dashboardCount = 3;
const longestLifeMs = 1500;
const longestExecutionMs = 150;
/** Twice what a command may wait for its worker, and then take. */
const settleMs = 240_000;

/**
 * Runs the real relay and kills it again and again while dashboards command and everybody's connections fall; then lets
 * all that was accepted come to its end.
 */
export async function runFaults({ dataDir, seed, kills }: FaultRunNeeds): Promise<FaultRun> {
  const random = makeRandom(seed);
  const storePath = join(dataDir, "relay.db");
  const heads: string[] = [];
  let relay = await startRelayProcess(dataDir);
  const { url, port } = relay;
  let log = "";
  const workers = Array.from({ length: workerCount }, (_, at) =>
    openSimulatedWorker({
      url,
      token: testTokens.worker,
      pcId: `desk-${at}`,
      devices: devicesPerWorker,
      executionMs: () => random.integer(0, longestExecutionMs),
    }),
  );
  const dashboards = Array.from({ length: dashboardCount }, (_, at) =>
    openSimulatedDashboard({
      url,
      token: testTokens.dashboard,
      // One of them knows only the event document.
      asksBy: at === 0 ? "repeat" : "watch",
    }),
  );
  const all = <T>(pick: (dashboard: SimulatedDashboard) => Iterable<T>) =>
    dashboards.flatMap((one) => [...pick(one)]);
  const commands = (): SentCommand[] => all((dashboard) => dashboard.commands.values());

  const load = startLoad(random, dashboards, workers);
  const chaos = startChaos(random, dashboards, workers);
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(random.integer(0, longestLifeMs));
      log += await end(relay);
      heads.push(readHead(storePath));
      relay = await startRelayProcess(dataDir, port);
    }
    load.stop();
    chaos.stop();
    const deadlineMs = performance.now() + settleMs;
    while (!commands().every(hasEnded) && performance.now() < deadlineMs) await sleep(100);
  } finally {
    load.stop();
    chaos.stop();
    for (const client of [...dashboards, ...workers]) client.close();
    log += await end(relay);
  }
  return {
    commands: commands(),
    executions: new Map(workers.flatMap((worker) => [...worker.executions])),
    heads,
    storePath,
    drops: chaos.drops(),
    log,
  };
}

async function end(relay: RelayProcess): Promise<string> {
  await relay.kill();
  return relay.output();
}

/** Some 50 commands a second from each dashboard's own person, most to one device, some to several. */
function startLoad(random: Random, dashboards: SimulatedDashboard[], workers: SimulatedWorker[]) {
  const deviceIds = workers.flatMap((worker) => worker.deviceIds);
  const one = (): string => random.pick(deviceIds) ?? "";
  const timer = setInterval(() => {
    const tap = { command_type: "tap", params: { x: 1, y: 2 } };
    const dashboard = random.pick(dashboards);
    if (random.chance(0.1)) {
      const broadcast_device_ids = [...new Set([one(), one(), one()])];
      dashboard?.send({ ...tap, broadcast: true, broadcast_device_ids });
    } else dashboard?.send({ ...tap, device_id: one() });
  }, 20);
  return { stop: () => clearInterval(timer) };
}

/** Every now and then somebody's cable is pulled, or a worker's tab is reloaded. */
function startChaos(random: Random, dashboards: SimulatedDashboard[], workers: SimulatedWorker[]) {
  let drops = 0;
  const timer = setInterval(() => {
    if (!random.chance(0.4)) return;
    drops += 1;
    if (random.chance(0.3)) random.pick(dashboards)?.drop();
    else if (random.chance(0.5)) random.pick(workers)?.drop();
    else random.pick(workers)?.reload();
  }, 200);
  return { stop: () => clearInterval(timer), drops: () => drops };
}
