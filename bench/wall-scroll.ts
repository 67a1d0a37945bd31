import { setTimeout as sleep } from "node:timers/promises";
import { chromium, type Page } from "playwright-core";
import { startRelayProcess, withDataDir } from "../relay/testing/relay-process.ts";
import { openSimulatedWorker } from "../relay/testing/simulated-worker.ts";
import { testTokens } from "../relay/testing/test-farm.ts";
import "../web/build/build-if-stale.ts";
import { findBrowser } from "../web/e2e/find-browser.ts";
import { numberOptions } from "./number-options.ts";
import { printTable, ratioRow, type Row } from "./table.ts";

/**
 * A dashboard with a large farm is scrolled by a mouse wheel, slowly as one looks for a phone and fast as one goes to the
 * end. The baseline of the same run is as many grey boxes, all of them in the page and nothing else.
 */
const { workers, devices, seconds } = numberOptions({ workers: 200, devices: 5, seconds: 10 });
const viewport = { width: 1600, height: 1000 };
/** CSS pixels a turn of the wheel, one each frame. */
const speeds = { slow: 40, fast: 600 };

interface Watched {
  frames: number;
  longestTaskMs: number;
  longestFrameMs: number;
  mostTiles: number;
}

/** Counts what the page does until the returned function is called. */
async function watchPage(page: Page): Promise<() => Promise<Watched>> {
  const watch = await page.evaluateHandle(() => {
    const seen = { frames: 0, longestTaskMs: 0, longestFrameMs: 0, mostTiles: 0 };
    let isOver = false;
    let beforeMs = performance.now();
    const tasks = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries())
        seen.longestTaskMs = Math.max(seen.longestTaskMs, duration);
    });
    tasks.observe({ type: "longtask" });
    requestAnimationFrame(function turn(nowMs) {
      if (isOver) return;
      seen.frames += 1;
      seen.longestFrameMs = Math.max(seen.longestFrameMs, nowMs - beforeMs);
      beforeMs = nowMs;
      seen.mostTiles = Math.max(seen.mostTiles, document.querySelectorAll(".tile").length);
      requestAnimationFrame(turn);
    });
    return {
      end() {
        isOver = true;
        tasks.disconnect();
        return seen;
      },
    };
  });
  return () => watch.evaluate((watch) => watch.end());
}

/** What the page's own thread takes, CPU milliseconds, until the returned function is called. */
async function watchCpu(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const taken = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
  };
  const before = await taken();
  return async () => (await taken()) - before;
}

async function scroll(page: Page, name: string, stepPx: number, asked: () => number): Promise<Row> {
  await page.mouse.move(viewport.width / 2, viewport.height / 2);
  const spent = await watchCpu(page);
  const end = await watchPage(page);
  const startedAtMs = performance.now();
  let direction = 1;
  let mostAsked = 0;
  while (performance.now() - startedAtMs < seconds * 1000) {
    await page.mouse.wheel(0, stepPx * direction);
    // At the end it turns back: the time there is not one of scrolling.
    if (Math.random() < 0.02) direction = await directionAfter(page, direction);
    mostAsked = Math.max(mostAsked, asked());
    await sleep(16);
  }
  const elapsedMs = performance.now() - startedAtMs;
  const { frames, longestTaskMs, longestFrameMs, mostTiles } = await end();
  const cpuMs = await spent();
  return {
    "": name,
    "frames/s": (frames / elapsedMs) * 1000,
    "page's cores": cpuMs / elapsedMs,
    "longest frame ms": longestFrameMs,
    // The browser tells of none below 50 ms.
    "longest task ms": longestTaskMs === 0 ? "< 50" : longestTaskMs,
    "tiles in the page": mostTiles,
    "streams asked at most": String(mostAsked),
  };
}

function directionAfter(page: Page, direction: number): Promise<number> {
  return page.evaluate((direction) => {
    const scroller = document.querySelector(".wall-scroll");
    if (scroller === null) return direction;
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    if (scrollTop <= 0) return 1;
    return scrollTop + clientHeight >= scrollHeight - 1 ? -1 : direction;
  }, direction);
}

/** How many devices the page watches now, by what it says on the pictures' connection. */
function countAsked(page: Page): () => number {
  const asked = new Set<string>();
  page.on("websocket", (socket) => {
    if (!socket.url().endsWith("/media")) return;
    socket.on("framesent", ({ payload }) => {
      if (typeof payload !== "string") return;
      const { event, payload: said } = JSON.parse(payload) as {
        event?: string;
        payload?: { device_id: string };
      };
      if (event === "stream:start") asked.add(said?.device_id ?? "");
      if (event === "stream:stop") asked.delete(said?.device_id ?? "");
    });
  });
  return () => asked.size;
}

async function bareBoxes(page: Page): Promise<void> {
  await page.setContent(`<style>
    .wall-scroll { height: 100vh; overflow: auto } .tiles { display: grid; gap: 12px;
    grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)) } .tile { height: 400px; background: #999 }
    </style><div class="wall-scroll"><div class="tiles">${'<div class="tile"></div>'.repeat(workers * devices)}</div></div>`);
}

await withDataDir(async (dataDir) => {
  const relay = await startRelayProcess(dataDir);
  const fleet = Array.from({ length: workers }, (_, at) =>
    openSimulatedWorker({ url: relay.url, token: testTokens.worker, pcId: `bench-${at}`, devices }),
  );
  const args = process.getuid?.() === 0 ? ["--no-sandbox", "--disable-gpu"] : ["--disable-gpu"];
  const browser = await chromium.launch({ executablePath: findBrowser(), args });
  const page = await browser.newPage({ viewport });
  const asked = countAsked(page);

  await bareBoxes(page);
  const bare = {
    slow: await scroll(page, "boxes, slowly", speeds.slow, asked),
    fast: await scroll(page, "boxes, fast", speeds.fast, asked),
  };
  const openedAtMs = performance.now();
  await page.goto(`${relay.url}/dashboard#token=${testTokens.dashboard}`);
  await page.getByRole("button", { name: `Select all ${workers * devices}` }).waitFor();
  const listedMs = performance.now() - openedAtMs;
  const slow = await scroll(page, "wall, slowly", speeds.slow, asked);
  const fast = await scroll(page, "wall, fast", speeds.fast, asked);
  await sleep(2000);
  const resting = asked();
  const inView = await page.evaluate(() => {
    const height = document.querySelector(".wall-scroll")?.getBoundingClientRect();
    return [...document.querySelectorAll(".tile")].filter((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return height !== undefined && bottom > height.top && top < height.bottom;
    }).length;
  });

  await browser.close();
  for (const worker of fleet) worker.close();
  await relay.kill();
  printTable(`A wall of ${workers * devices} devices, scrolled`, [
    bare.slow,
    slow,
    ratioRow("ratio", slow, bare.slow),
    bare.fast,
    fast,
    ratioRow("ratio", fast, bare.fast),
  ]);
  process.stdout.write(
    `At rest ${resting} streams are asked for ${inView} tiles in view. The list was there after ${listedMs.toFixed(0)} ms.\n`,
  );
});
