import { setTimeout as sleep } from "node:timers/promises";
import { withDataDir } from "../relay/testing/relay-process.ts";
import "../web/build/build-if-stale.ts";
import { browserUsage } from "./browser-usage.ts";
import { enterTestbed } from "./live/in-testbed.ts";
import { openLiveFarm, type LiveFarm } from "./live/live-farm.ts";
import { openDashboard, openDocumentClient, type WatchingBrowser } from "./live/viewers.ts";
import { numberOptions } from "./number-options.ts";
import { printTable, type Row } from "./table.ts";
import { untilAsked } from "./until.ts";

/**
 * What a wall of moving phones costs, in cores: the worker's browser, the relay, and the browser that shows them, for each
 * way of sending pictures. Phones are a process of their own behind real USB, and are not counted. Cores at the rate
 * that came, and per 100 pictures a second, as a loaded machine may not reach the rate that is asked for.
 */
enterTestbed(import.meta.url);
const { few, many, fps, seconds } = numberOptions({ few: 20, many: 40, fps: 5, seconds: 15 });

const ways: [name: string, open: (farm: LiveFarm) => Promise<WatchingBrowser>][] = [
  ["JPEG, base64", (farm) => openDocumentClient(farm, fps)],
  ["JPEG, binary", (farm) => openDashboard(farm, { fps, isSecure: false })],
  ["H.264", (farm) => openDashboard(farm, { fps })],
];

async function measure(farm: LiveFarm, name: string, viewer: WatchingBrowser): Promise<Row> {
  const count = farm.devices.length;
  await untilAsked(async () => (await viewer.shown()) >= count * 3, `${count} phones are seen`);
  const read = async () => ({
    atMs: performance.now(),
    engine: (await browserUsage(farm.workerBrowser)).cpuMs,
    relay: (await farm.relay.usage()).cpuMs,
    dashboard: (await browserUsage(viewer.browser)).cpuMs,
    shown: await viewer.shown(),
  });
  const before = await read();
  await sleep(seconds * 1000);
  const after = await read();
  const elapsedMs = after.atMs - before.atMs;
  const cores = (part: "engine" | "relay" | "dashboard"): number => (after[part] - before[part]) / elapsedMs;
  const picturesPerSecond = ((after.shown - before.shown) / elapsedMs) * 1000;
  const each = (part: "engine" | "relay" | "dashboard"): number => (cores(part) / picturesPerSecond) * 100;
  return {
    "": `${count} × ${name}`,
    "pictures/s": picturesPerSecond,
    engine: cores("engine"),
    relay: cores("relay"),
    dashboard: cores("dashboard"),
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
    for (const [name, open] of ways) {
      const viewer = await open(farm);
      rows.push(await measure(farm, name, viewer));
      await viewer.close();
    }
    await farm.close();
  });
}
printTable(`cores, ${fps} pictures a second asked of each phone at 216 pixels, for ${seconds} s`, rows);
process.exit();
