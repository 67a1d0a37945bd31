import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import "../web/build/build-if-stale.ts";
import { readTimecode, timecodeGrid, timecodeWrapMs } from "../phone/screen/timecode.ts";
import { withDataDir } from "../relay/testing/relay-process.ts";
import { enterTestbed } from "./live/in-testbed.ts";
import { openLiveFarm } from "./live/live-farm.ts";
import { openDashboard } from "./live/viewers.ts";
import { numberOptions } from "./number-options.ts";
import { percentile } from "./percentile.ts";
import { printTable, type Row } from "./table.ts";
import { untilAsked } from "./until.ts";

/**
 * From glass to glass: a phone says in each picture when it painted it, and the dashboard's page looks at every animation
 * frame what its own focus shows. Then a click, until the square that it turns over is seen. All on one machine's clock.
 */
enterTestbed(import.meta.url);
const { seconds, taps } = numberOptions({ seconds: 20, taps: 20 });

interface Seen {
  atMs: number;
  brightness: number[];
}

/** Keeps looking at the focus: a picture that shows other squares than the last is one sight. */
async function startLooking(page: Page): Promise<void> {
  await page.evaluate(({ columns, rows }) => {
    const seen: Seen[] = [];
    const sampler = document.createElement("canvas");
    const scale = 8;
    sampler.width = columns * scale;
    sampler.height = rows * scale;
    const context = sampler.getContext("2d", { willReadFrequently: true });
    let last = "";
    const look = (): void => {
      requestAnimationFrame(look);
      const box = document.querySelector('[role=application][aria-label^="Screen of"]');
      const shown = [
        ...(box?.querySelectorAll<HTMLCanvasElement | HTMLImageElement>("canvas, img") ?? []),
      ].find((element) => !element.hidden);
      if (shown === undefined || context === null) return;
      if (shown instanceof HTMLImageElement && !shown.complete) return;
      context.drawImage(shown, 0, 0, sampler.width, sampler.height);
      const { data } = context.getImageData(0, 0, sampler.width, sampler.height);
      const brightness = Array.from({ length: columns * rows }, (_, at) => {
        const x = (at % columns) * scale + scale / 2;
        const y = Math.floor(at / columns) * scale + scale / 2;
        return data[(y * sampler.width + x) * 4] ?? 0;
      });
      const text = brightness.map((value) => (value > 127 ? "1" : "0")).join("");
      if (text === last) return;
      last = text;
      seen.push({ atMs: performance.timeOrigin + performance.now(), brightness });
    };
    look();
    window.takeSeen = () => seen.splice(0);
    window.pressedMs = 0;
    const press = (): void => void (window.pressedMs = performance.timeOrigin + performance.now());
    addEventListener("pointerdown", press, { capture: true });
  }, timecodeGrid);
}

declare global {
  interface Window {
    /** What was seen since the last call. */
    takeSeen(): Seen[];
    /** When a pointer was pressed last. */
    pressedMs: number;
  }
}

/** How old each picture was when it was seen. */
function agesOf(seen: readonly Seen[]): number[] {
  return seen.flatMap(({ atMs, brightness }) => {
    const code = readTimecode(brightness);
    return code === undefined ? [] : [(atMs % timecodeWrapMs) - code.timeMs];
  });
}

async function tapToPhoton(page: Page): Promise<number | undefined> {
  const isTurned = (sights: readonly Seen[]): boolean | undefined =>
    sights
      .map(({ brightness }) => readTimecode(brightness)?.isTurned)
      .findLast((turned) => turned !== undefined);
  await page.evaluate(() => window.takeSeen());
  await sleep(400);
  const before = isTurned(await page.evaluate(() => window.takeSeen()));
  const box = await page.locator('[role=application][aria-label^="Screen of"]').boundingBox();
  if (box === null || before === undefined) return undefined;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await sleep(1500);
  const pressedMs = await page.evaluate(() => window.pressedMs);
  const sights = await page.evaluate(() => window.takeSeen());
  const turned = sights.find(({ brightness }) => {
    const code = readTimecode(brightness);
    return code !== undefined && code.isTurned !== before;
  });
  return turned === undefined ? undefined : turned.atMs - pressedMs;
}

const rows: Row[] = [];
await withDataDir(async (dataDir) => {
  const farm = await openLiveFarm(dataDir, 1);
  await farm.runOnAll("am start -n com.tabfarm.timecode/.MainActivity");
  for (const [name, isSecure] of [
    ["H.264", true],
    ["JPEG", false],
  ] as const) {
    const viewer = await openDashboard(farm, { fps: 5, isSecure });
    await untilAsked(async () => (await viewer.shown()) > 0, "the phone is on the wall");
    await viewer.page.getByRole("button", { name: /^Open/ }).first().click();
    await startLooking(viewer.page);
    // The session for a large picture has started.
    await sleep(5000);
    await viewer.page.evaluate(() => window.takeSeen());
    await sleep(seconds * 1000);
    const ages = agesOf(await viewer.page.evaluate(() => window.takeSeen()));
    const photons: number[] = [];
    for (let tap = 0; tap < taps; tap += 1) {
      const took = await tapToPhoton(viewer.page);
      if (took !== undefined) photons.push(took);
    }
    rows.push({
      "": name,
      pictures: ages.length,
      "p50 ms": percentile(ages, 0.5),
      "p95 ms": percentile(ages, 0.95),
      taps: photons.length,
      "tap-to-photon p50 ms": percentile(photons, 0.5),
      "p95 ": percentile(photons, 0.95),
    });
    await viewer.close();
  }
  await farm.close();
});
printTable(`focus, from the phone's painting to the dashboard's picture, ${seconds} s`, rows);
process.exit();
