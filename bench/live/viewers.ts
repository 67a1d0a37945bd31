import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { testTokens } from "../../relay/testing/test-farm.ts";
import { launch, type LiveFarm } from "./live-farm.ts";
import { openUnwatchedPage } from "./unwatched-page.ts";

/** A browser in which somebody watches every phone of a farm. */
export interface WatchingBrowser {
  browser: Browser;
  /** How many pictures it has shown. */
  shown(): Promise<number>;
  close(): Promise<void>;
}

interface DashboardOptions {
  fps: number;
  /** Over plain HTTP browsers have no WebCodecs, and the dashboard asks for JPEGs by itself. */
  isSecure?: boolean;
}

/** Tiles of 216 pixels, ten in a row; the viewport shows them all. */
const tileWidth = 228;
/** A name that no browser takes for this machine's own. */
const lanName = "farm.test";
const lanArguments = [`--host-resolver-rules=MAP ${lanName} 127.0.0.1`];

/** The dashboard as it is shipped, in a page that can be handled. */
export async function openDashboard(
  farm: LiveFarm,
  options: DashboardOptions,
): Promise<WatchingBrowser & { page: Page }> {
  const browser = await launch({ args: lanArguments });
  const page = await browser.newPage({ viewport: wallViewport(farm.devices.length) });
  await page.addInitScript(setWall, settingsOf(options));
  await page.goto(addressOf(farm.dashboardUrl, options));
  return { browser, page, shown: () => page.evaluate(countFrames), close: () => browser.close() };
}

/** The dashboard as it is shipped, in a page whose pictures nobody else is told of. */
export async function openWall(farm: LiveFarm, options: DashboardOptions): Promise<WatchingBrowser> {
  const browser = await launch({ args: lanArguments });
  const page = await openUnwatchedPage(browser, wallViewport(farm.devices.length));
  const address = addressOf(farm.dashboardUrl, options);
  await page.goto(new URL("/healthz", address).href);
  await page.evaluate(setWall, settingsOf(options));
  await page.goto(address);
  return { browser, shown: () => page.evaluate(countFrames), close: () => browser.close() };
}

function wallViewport(devices: number): { width: number; height: number } {
  const columns = Math.min(10, devices);
  return {
    width: Math.max(1280, columns * (tileWidth + 16) + 60),
    height: Math.ceil(devices / 10) * 600 + 200,
  };
}

function addressOf(dashboardUrl: string, { isSecure = true }: DashboardOptions): string {
  return isSecure ? dashboardUrl : dashboardUrl.replace("127.0.0.1", lanName);
}

function settingsOf({ fps }: DashboardOptions): Record<string, string> {
  return { "tabfarm.wall-rate": String(fps), "tabfarm.tile-width": String(tileWidth) };
}

/** In the page. */
function setWall(settings: Record<string, string>): void {
  for (const [name, value] of Object.entries(settings)) localStorage.setItem(name, value);
}

/** In the page. */
function countFrames(): number {
  return [...document.querySelectorAll("[data-frames]")].reduce(
    (sum, box) => sum + Number(box.getAttribute("data-frames")),
    0,
  );
}

/** What knows only the event document: base64 in `stream:frame`, shown by the cheapest means. */
export async function openDocumentClient(farm: LiveFarm, fps: number): Promise<WatchingBrowser> {
  const browser = await launch();
  const page = await openUnwatchedPage(browser, { width: 2500, height: 1400 });
  await page.goto(`${new URL(farm.dashboardUrl).origin}/healthz`);
  const client = new URL("../../node_modules/socket.io-client/dist/socket.io.min.js", import.meta.url);
  await page.evaluate(
    (source) => {
      document.body.replaceChildren();
      const script = document.createElement("script");
      script.textContent = source;
      document.head.append(script);
    },
    readFileSync(client, "utf8"),
  );
  await page.evaluate(
    ({ url, token, deviceIds, rate }) => {
      const { io } = window as unknown as {
        io: (url: string, options: object) => import("socket.io-client").Socket;
      };
      const stream = io(`${url}/stream`, { transports: ["websocket"], auth: { type: "dashboard", token } });
      const images = new Map(
        deviceIds.map((id) => {
          const image = document.createElement("img");
          image.width = 216;
          image.height = 480;
          document.body.append(image);
          return [id, image];
        }),
      );
      let shown = 0;
      Object.assign(window, { shown: () => shown });
      stream.on("stream:frame", ({ device_id, frame }: { device_id: string; frame: string }) => {
        const image = images.get(device_id);
        if (image !== undefined) image.src = `data:image/jpeg;base64,${frame}`;
        shown += 1;
      });
      stream.on("connect", () => {
        for (const device_id of deviceIds)
          stream.emit("stream:start", { device_id, quality: "low", fps: rate });
      });
    },
    {
      url: new URL(farm.dashboardUrl).origin,
      token: testTokens.dashboard,
      deviceIds: farm.devices.map(({ device_id }) => device_id),
      rate: fps,
    },
  );
  return {
    browser,
    shown: () => page.evaluate(() => (window as unknown as { shown(): number }).shown()),
    close: () => browser.close(),
  };
}
