import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import type { StreamStatus } from "../protocol/stream.ts";
import { withDataDir } from "../relay/testing/relay-process.ts";
import { testTokens } from "../relay/testing/test-farm.ts";
import "../web/build/build-if-stale.ts";
import { browserUsage } from "./browser-usage.ts";
import { enterTestbed } from "./live/in-testbed.ts";
import { openLiveFarm, type LiveFarm } from "./live/live-farm.ts";
import { openDocumentClient, openWall, type WatchingBrowser } from "./live/viewers.ts";
import { numberOptions } from "./number-options.ts";
import { printTable, type Row } from "./table.ts";
import { until, untilAsked } from "./until.ts";

/**
 * What a wall of moving phones costs, in cores: the worker's browser, the relay, and the browser that shows them, for each
 * way of sending pictures. Cores at the rate that came, and per 100 pictures a second. `reduced` is what the engine says
 * that it has taken away, and why; what is missing without that was not made in time, as the phones are on the same
 * machine: a process of their own behind real USB, whose cores are told and not counted. Each of their pictures is one
 * packet of ADB; adbd makes one or two of it, as scrcpy writes a picture's header by itself.
 */
enterTestbed(import.meta.url);
const { few, many, fps, seconds } = numberOptions({ few: 20, many: 40, fps: 5, seconds: 15 });

const ways = [
  ["JPEG, base64", (farm) => openDocumentClient(farm, fps), {}],
  ["JPEG, binary", (farm) => openWall(farm, { fps, isSecure: false }), {}],
  ["H.264", (farm) => openWall(farm, { fps }), { encoding: "h264", short_edge: 216 }],
] as const satisfies [string, (farm: LiveFarm) => Promise<WatchingBrowser>, object][];

/** What the engine has taken away of each device, in its own words. */
async function reductions(farm: LiveFarm, wish: object): Promise<string> {
  const stream = io(`${new URL(farm.dashboardUrl).origin}/stream`, {
    transports: ["websocket"],
    forceNew: true,
    auth: { type: "dashboard", token: testTokens.dashboard },
  });
  const told = new Map<string, string>();
  stream.on("stream:status", ({ device_id, reduced }: StreamStatus) => {
    const { lack = "", fps: left } = reduced ?? {};
    told.set(device_id, reduced === undefined ? "" : `${lack} ${left === undefined ? "" : `to ${left}/s`}`);
  });
  for (const { device_id } of farm.devices)
    await stream.emitWithAck("stream:start", { quality: "low", fps, ...wish, device_id });
  await until(() => told.size === farm.devices.length, "every phone's status is told");
  stream.close();
  const counts = Map.groupBy([...told.values()].filter(Boolean), (words) => words);
  return [...counts].map(([words, { length }]) => `${length} for ${words}`).join(", ") || "none";
}

async function measure(
  farm: LiveFarm,
  [name, open, wish]: readonly [string, (farm: LiveFarm) => Promise<WatchingBrowser>, object],
): Promise<Row> {
  const viewer = await open(farm);
  const count = farm.devices.length;
  await untilAsked(async () => (await viewer.shown()) >= count * 3, `${count} phones are seen`);
  const read = async () => ({
    atMs: performance.now(),
    engine: (await browserUsage(farm.workerBrowser)).cpuMs,
    relay: (await farm.relay.usage()).cpuMs,
    dashboard: (await browserUsage(viewer.browser)).cpuMs,
    phones: farm.phones.cpuMs(),
    shown: await viewer.shown(),
  });
  const before = await read();
  await sleep(seconds * 1000);
  const after = await read();
  const reduced = await reductions(farm, wish);
  await viewer.close();
  const elapsedMs = after.atMs - before.atMs;
  const cores = (part: "engine" | "relay" | "dashboard" | "phones"): number =>
    (after[part] - before[part]) / elapsedMs;
  const picturesPerSecond = ((after.shown - before.shown) / elapsedMs) * 1000;
  const each = (part: "engine" | "relay" | "dashboard"): number => (cores(part) / picturesPerSecond) * 100;
  return {
    "": `${count} × ${name}`,
    "asked/s": count * fps,
    "came/s": picturesPerSecond,
    reduced,
    engine: cores("engine"),
    relay: cores("relay"),
    dashboard: cores("dashboard"),
    phones: cores("phones"),
    "engine/100": each("engine"),
    "relay/100": each("relay"),
    "dashboard/100": each("dashboard"),
  };
}

const rows: Row[] = [];
for (const count of [few, many]) {
  if (count === 0) continue;
  await withDataDir(async (dataDir) => {
    const farm = await openLiveFarm(dataDir, count);
    await farm.runOnAll("am start -n com.tabfarm.motion/.MainActivity");
    for (const way of ways) rows.push(await measure(farm, way));
    await farm.close();
  });
}
printTable(`cores, ${fps} pictures a second of 216 pixels asked of each phone, for ${seconds} s`, rows);
process.exit();
