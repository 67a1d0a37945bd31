import { setTimeout as sleep } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";
import "../web/build/build-if-stale.ts";
import { withDataDir } from "../relay/testing/relay-process.ts";
import { testTokens } from "../relay/testing/test-farm.ts";
import { browserUsage } from "./browser-usage.ts";
import { sum } from "./in-turns.ts";
import { enterTestbed } from "./live/in-testbed.ts";
import { openLiveFarm, type LiveFarm } from "./live/live-farm.ts";
import { numberOptions } from "./number-options.ts";
import { printTable, type Row } from "./table.ts";

/**
 * How many phones one worker's tab carries: the cores its browser takes for none, some and many watched phones of 216x480
 * at 5 pictures a second, and where that line meets 70 % of two cores. Who watches only counts what comes.
 */
enterTestbed(import.meta.url);
const { phones, steps, seconds, fps } = numberOptions({ phones: 40, steps: 4, seconds: 10, fps: 5 });
const enoughCores = 1.4;

const ways = [
  { name: "JPEG", wish: { quality: "low", encoding: "binary" } },
  { name: "H.264", wish: { quality: "low", encoding: "h264", short_edge: 216 } },
] as const;

interface Point {
  devices: number;
  cores: number;
  picturesPerSecond: number;
}

async function measure(farm: LiveFarm, stream: Socket, wish: object, devices: number): Promise<Point> {
  const watched = farm.devices.slice(0, devices).map(({ device_id }) => device_id);
  for (const device_id of watched) await stream.emitWithAck("stream:start", { ...wish, device_id, fps });
  // Sessions have started, and what was taken on the way is given back.
  await sleep(5000 + devices * 200);
  let pictures = 0;
  const count = (): void => void (pictures += 1);
  stream.on("stream:frame", count);
  stream.on("stream:packet", count);
  const before = await browserUsage(farm.workerBrowser);
  const startedAtMs = performance.now();
  await sleep(seconds * 1000);
  const after = await browserUsage(farm.workerBrowser);
  const elapsedMs = performance.now() - startedAtMs;
  stream.removeAllListeners();
  for (const device_id of watched) stream.emit("stream:stop", { device_id });
  return {
    devices,
    cores: (after.cpuMs - before.cpuMs) / elapsedMs,
    picturesPerSecond: (pictures / elapsedMs) * 1000,
  };
}

/** Cores without a picture, and for one picture a second: the line of least squares. */
function lineThrough(points: readonly Point[]): { base: number; each: number } {
  const meanPictures = sum(points.map((point) => point.picturesPerSecond)) / points.length;
  const meanCores = sum(points.map((point) => point.cores)) / points.length;
  const slope =
    sum(points.map((point) => (point.picturesPerSecond - meanPictures) * (point.cores - meanCores))) /
    sum(points.map((point) => (point.picturesPerSecond - meanPictures) ** 2));
  return { base: meanCores - slope * meanPictures, each: slope };
}

const rows: Row[] = [];
await withDataDir(async (dataDir) => {
  const farm = await openLiveFarm(dataDir, phones);
  await farm.runOnAll("am start -n com.tabfarm.motion/.MainActivity");
  const stream = io(`${new URL(farm.dashboardUrl).origin}/stream`, {
    transports: ["websocket"],
    forceNew: true,
    auth: { type: "dashboard", token: testTokens.dashboard },
  });
  for (const { name, wish } of ways) {
    const points: Point[] = [];
    for (let step = 0; step <= steps; step += 1) {
      const point = await measure(farm, stream, wish, Math.round((phones * step) / steps));
      points.push(point);
      rows.push({
        "": name,
        devices: point.devices,
        cores: point.cores,
        "pictures/s": point.picturesPerSecond,
        "carries at 70 %": "",
      });
    }
    const { base, each } = lineThrough(points);
    rows.push({
      "": `${name}, a device`,
      devices: 1,
      cores: each * fps,
      "pictures/s": fps,
      "carries at 70 %": Math.floor((enoughCores - base) / (each * fps)),
    });
  }
  stream.close();
  await farm.close();
});
printTable(`the worker's browser, 216x480 at ${fps} pictures a second, ${seconds} s each`, rows);
process.exit();
