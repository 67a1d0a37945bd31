import type { Browser, Page } from "playwright-core";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { DeviceStatusUpdate } from "../../protocol/device.ts";
import { startRelayProcess, withDataDir, type RelayProcess } from "../../relay/testing/relay-process.ts";
import { testTokens } from "../../relay/testing/test-farm.ts";
import { launchBrowser } from "./browser.ts";
import { listDevices } from "./farm.ts";
import { median } from "./figures.ts";
import { browserMegabytes } from "./process-memory.ts";

/**
 * `SOAK_MINUTES=3 npm run test:slow -- web/e2e/soak`: a farm that is watched for long, while viewers come and go and phones
 * are turned. The worker's tab, with the phones in a thread beside it, and the dashboard are browsers of their own.
 */
const minutes = Number(process.env["SOAK_MINUTES"] ?? 30);
const phones = Number(process.env["SOAK_PHONES"] ?? 20);
const sampleMs = 5000;
/** On top of which a share of what there was is noise of allocators and caches. */
const mostGrowthMegabytes = 40;
const mostGrowthShare = 0.15;

interface Sample {
  worker: number;
  dashboard: number;
  relay: number;
}

let relay: RelayProcess;
let workerBrowser: Browser;
let dashboardBrowser: Browser;
let desk: Page;
let wall: Page;
let control: Socket;
let devices: DeviceStatusUpdate[] = [];
const complaints: string[] = [];
let release: () => void;
let dataGone: Promise<void>;

beforeAll(async () => {
  const { promise: isOver, resolve } = Promise.withResolvers<void>();
  release = resolve;
  const dataDir = await new Promise<string>((started) => {
    dataGone = withDataDir(async (folder) => {
      started(folder);
      await isOver;
    });
  });
  relay = await startRelayProcess(dataDir);
  workerBrowser = await launchBrowser();
  dashboardBrowser = await launchBrowser();
  // Narrow: one side of the demo at a time, and its own dashboard asks for nothing.
  desk = await workerBrowser.newPage({ viewport: { width: 600, height: 500 } });
  wall = await dashboardBrowser.newPage({ viewport: { width: 1900, height: 1500 } });
  for (const [name, page] of [
    ["worker", desk],
    ["dashboard", wall],
  ] as const) {
    page.on("pageerror", (error) => complaints.push(`${name}: ${error.message}`));
    // Chromium says in the console when a frame was forgotten, also in a thread.
    page.on("console", (message) => {
      if (/VideoFrame|garbage collected/i.test(message.text())) complaints.push(`${name}: ${message.text()}`);
    });
  }
  const { worker, dashboard } = testTokens;
  await desk.goto(`${relay.url}/demo?phones=${phones}#worker_token=${worker}&dashboard_token=${dashboard}`);
  await desk.getByRole("button", { name: "Farm PC" }).click();
  control = io(`${relay.url}/dashboard`, { auth: { type: "dashboard", token: dashboard } });
  await vi.waitFor(
    async () => {
      devices = (await listDevices(control)).devices.filter(({ state }) => state === "ready");
      // The one model that asks first stays unanswered.
      expect(devices.length).toBeGreaterThanOrEqual(Math.floor(phones * 0.8));
    },
    { timeout: 240_000, interval: 500 },
  );
  await wall.goto(`${relay.url}/dashboard#token=${dashboard}`);
}, 400_000);

afterAll(async () => {
  control.close();
  await Promise.all([workerBrowser.close(), dashboardBrowser.close()]);
  await relay.kill();
  release();
  await dataGone;
});

/** Pictures that the wall has shown of each device, 0 of those that it shows none of. */
async function shownByDevice(): Promise<Map<string, number>> {
  const tiles = await wall.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("article.tile")].map((tile): [string, number] => [
      tile.dataset["device"] ?? "",
      Number(tile.querySelector("[data-frames]")?.getAttribute("data-frames") ?? 0),
    ]),
  );
  const shown = new Map(tiles);
  return new Map(devices.map(({ device_id }) => [device_id, shown.get(device_id) ?? 0]));
}

async function sample(): Promise<Sample> {
  return {
    worker: await browserMegabytes(workerBrowser),
    dashboard: await browserMegabytes(dashboardBrowser),
    relay: (await relay.usageCollected()).rssBytes / 2 ** 20,
  };
}

/** Something happens on every screen now and then; the numbers come from a counter, so that every run does the same. */
function disturb(round: number): void {
  for (const [at, { device_id }] of devices.entries()) {
    if ((at + round) % 4 !== 0) continue;
    const isBack = (at + round) % 8 === 0;
    const params = { keycode: isBack ? 24 : 25 };
    control.emit("command:send", {
      command_id: crypto.randomUUID(),
      device_id,
      command_type: "keyevent",
      params,
    });
  }
}

async function turnOne(round: number): Promise<void> {
  const buttons = desk.getByRole("button", { name: /^Turn/ });
  const count = await buttons.count();
  if (count > 0) await buttons.nth(round % count).click({ timeout: 5000 });
}

/** Somebody who watches a few devices for a while, in any of the encodings. */
function comeAndGo(round: number): Socket {
  const viewer = io(`${relay.url}/stream`, {
    forceNew: true,
    transports: ["websocket"],
    auth: { type: "dashboard", token: testTokens.dashboard },
  });
  const encoding = (["base64", "binary", "h264"] as const)[round % 3];
  viewer.on("connect", () => {
    for (let watched = 0; watched < 4; watched += 1) {
      const device_id = devices[(round * 3 + watched) % devices.length]?.device_id;
      viewer.emit("stream:start", { device_id, quality: "low", fps: 5, encoding });
    }
  });
  return viewer;
}

test("memory stays flat and no stream dies", { timeout: (minutes + 6) * 60_000 }, async () => {
  await expect
    .poll(async () => [...(await shownByDevice()).values()].filter((shown) => shown > 0).length, {
      timeout: 120_000,
    })
    .toBeGreaterThanOrEqual(devices.length);
  const samples: Sample[] = [];
  const endsAtMs = performance.now() + minutes * 60_000;
  let visitors: Socket[] = [];
  for (let round = 0; performance.now() < endsAtMs; round += 1) {
    disturb(round);
    if (round % 3 === 0) await turnOne(round / 3);
    if (round % 2 === 0) {
      for (const visitor of visitors) visitor.close();
      visitors = [comeAndGo(round), comeAndGo(round + 1)];
    }
    // A dashboard that looks elsewhere lets go of everything, and takes it up again.
    if (round % 8 === 7) await wall.reload();
    await new Promise((resolve) => setTimeout(resolve, sampleMs));
    samples.push(await sample());
  }
  for (const visitor of visitors) visitor.close();

  const before = await shownByDevice();
  await expect
    .poll(
      async () => {
        disturb(Math.round(performance.now() / 1000));
        const now = await shownByDevice();
        return [...before].filter(([id, shown]) => (now.get(id) ?? 0) <= shown);
      },
      { timeout: 60_000, interval: 1000 },
    )
    .toEqual([]);
  expect(complaints).toEqual([]);

  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const rows = (["worker", "dashboard", "relay"] as const).map((part) => {
    const of = (some: Sample[]): number => median(some.map((each) => each[part]));
    return { part, early: of(samples.slice(quarter, quarter * 2)), late: of(samples.slice(-quarter)) };
  });
  process.stdout.write(
    rows
      .map(
        ({ part, early, late }) =>
          `${part.padEnd(10)}${early.toFixed(0).padStart(7)} MB${late.toFixed(0).padStart(7)} MB\n`,
      )
      .join(""),
  );
  for (const { part, early, late } of rows) {
    expect(late, `MB of the ${part}`).toBeLessThan(early * (1 + mostGrowthShare) + mostGrowthMegabytes);
  }
});
