import { startProbed, type ProbedProcess } from "../relay/testing/probed-process.ts";
import { startRelayProcess, withDataDir } from "../relay/testing/relay-process.ts";
import { openSimulatedDashboard } from "../relay/testing/simulated-dashboard.ts";
import { openSimulatedWorker } from "../relay/testing/simulated-worker.ts";
import { testTokens } from "../relay/testing/test-farm.ts";
import { measureInTurns, sum } from "./in-turns.ts";
import { numberOptions } from "./number-options.ts";
import { percentile } from "./percentile.ts";
import { printTable, ratioRow, type Row } from "./table.ts";
import { until } from "./until.ts";

/**
 * Commands from a dashboard through the relay to a worker, and its three acks back: one at a time for how long it takes,
 * many at a time for how many there can be. The baseline relays the same events over Socket.IO and keeps nothing.
 */
const { seconds, rounds, workers, many } = numberOptions({ seconds: 3, rounds: 4, workers: 8, many: 32 });
const devicesPerWorker = 250;

interface Side {
  name: string;
  process: ProbedProcess;
  /** Sends one command and resolves when it has ended. */
  roundTrip(): Promise<void>;
  close(): void;
}

interface Figures {
  elapsedMs: number;
  cpuMs: number;
  latenciesMs: number[];
}

async function openSide(name: string, process: ProbedProcess, url: string): Promise<Side> {
  const waiting = new Map<string, () => void>();
  const seen = new Set<number>();
  const fleet = Array.from({ length: workers }, (_, at) =>
    openSimulatedWorker({
      url,
      token: testTokens.worker,
      pcId: `bench-${at}`,
      devices: devicesPerWorker,
      onHeartbeatAnswered: () => seen.add(at),
    }),
  );
  const dashboard = openSimulatedDashboard({
    url,
    token: testTokens.dashboard,
    onEnded({ commandId, state, ends, deviceIds, fault }) {
      const [end] = ends.get(deviceIds[0] ?? "") ?? [];
      if (state !== "accepted" || end?.status !== "completed") {
        throw new Error(`a command is ${state}: ${fault?.message ?? end?.error}`);
      }
      waiting.get(commandId)?.();
      waiting.delete(commandId);
    },
  });
  await until(() => seen.size === workers && dashboard.isConnected());
  // In turns, so that no device gets more than 10 commands a second.
  const deviceIds = fleet.flatMap((worker) => worker.deviceIds);
  let turn = 0;
  return {
    name,
    process,
    roundTrip: () =>
      new Promise((resolve) => {
        const device_id = deviceIds[turn++ % deviceIds.length];
        const { commandId } = dashboard.send({ device_id, command_type: "tap", params: { x: 1, y: 2 } });
        waiting.set(commandId, resolve);
      }),
    close() {
      dashboard.close();
      for (const worker of fleet) worker.close();
    },
  };
}

async function measure(side: Side, underWay: number): Promise<Figures> {
  const latenciesMs: number[] = [];
  const before = await side.process.usage();
  const startedAtMs = performance.now();
  const goOn = async (): Promise<void> => {
    while (performance.now() - startedAtMs < seconds * 1000) {
      const sentAtMs = performance.now();
      await side.roundTrip();
      latenciesMs.push(performance.now() - sentAtMs);
    }
  };
  await Promise.all(Array.from({ length: underWay }, goOn));
  const elapsedMs = performance.now() - startedAtMs;
  const { cpuMs } = await side.process.usage();
  return { elapsedMs, cpuMs: cpuMs - before.cpuMs, latenciesMs };
}

function rowOf(underWay: number, name: string, figures: Figures[]): Row {
  const latenciesMs = figures.flatMap((round) => round.latenciesMs);
  return {
    "under way": String(underWay),
    "": name,
    "round trips/s": (latenciesMs.length / sum(figures.map(({ elapsedMs }) => elapsedMs))) * 1000,
    "per CPU second": (latenciesMs.length / sum(figures.map(({ cpuMs }) => cpuMs))) * 1000,
    "p50 ms": percentile(latenciesMs, 0.5),
    "p95 ms": percentile(latenciesMs, 0.95),
    "p99 ms": percentile(latenciesMs, 0.99),
  };
}

await withDataDir(async (dataDir) => {
  const relay = await startRelayProcess(dataDir);
  const bare = startProbed(new URL("baselines/socket-io-relay.ts", import.meta.url), []);
  const sides = [
    await openSide("relay", relay, relay.url),
    await openSide("bare Socket.IO", bare, await bare.printed(/http:\S+/)),
  ];
  const rows: Row[] = [];
  for (const underWay of [1, many]) {
    const figures = await measureInTurns(sides, rounds, (side) => measure(side, underWay));
    const [one = {}, other = {}] = sides.map(({ name }, at) => rowOf(underWay, name, figures[at] ?? []));
    rows.push(one, other, { ...ratioRow("ratio", one, other), "under way": String(underWay) });
  }
  for (const side of sides) side.close();
  await Promise.all([relay.kill(), bare.kill()]);
  printTable("Command round trips", rows);
});
