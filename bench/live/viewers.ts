import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { testTokens } from "../../relay/testing/test-farm.ts";
import { launch, type LiveFarm } from "./live-farm.ts";

/** A browser in which somebody watches every phone of a farm. */
export interface WatchingBrowser {
  browser: Browser;
  page: Page;
  /** How many pictures it has shown. */
  shown(): Promise<number>;
  close(): Promise<void>;
}

/** Tiles of 216 pixels, ten in a row; the viewport shows them all. */
const tileWidth = 228;
/** A name that no browser takes for this machine's own. */
const lanName = "farm.test";

/** The dashboard as it is shipped; over plain HTTP, where browsers have no WebCodecs, it asks for JPEGs by itself. */
export async function openDashboard(
  farm: LiveFarm,
  { fps, isSecure = true }: { fps: number; isSecure?: boolean },
): Promise<WatchingBrowser> {
  const browser = await launch({ args: [`--host-resolver-rules=MAP ${lanName} 127.0.0.1`] });
  const columns = Math.min(10, farm.devices.length);
  const rows = Math.ceil(farm.devices.length / 10);
  const viewport = { width: Math.max(1280, columns * (tileWidth + 16) + 60), height: rows * 600 + 200 };
  const page = await browser.newPage({ viewport });
  await page.addInitScript(
    ([rate, width]) => {
      localStorage.setItem("tabfarm.wall-rate", rate);
      localStorage.setItem("tabfarm.tile-width", width);
    },
    [String(fps), String(tileWidth)] as const,
  );
  await page.goto(isSecure ? farm.dashboardUrl : farm.dashboardUrl.replace("127.0.0.1", lanName));
  return {
    browser,
    page,
    shown: () =>
      page.evaluate(() =>
        [...document.querySelectorAll("[data-frames]")].reduce(
          (sum, box) => sum + Number(box.getAttribute("data-frames")),
          0,
        ),
      ),
    close: () => browser.close(),
  };
}

/** What knows only the event document: base64 in `stream:frame`, shown by the cheapest means. */
export async function openDocumentClient(farm: LiveFarm, fps: number): Promise<WatchingBrowser> {
  const browser = await launch();
  const context = await browser.newContext({ bypassCSP: true, viewport: { width: 2500, height: 1400 } });
  const page = await context.newPage();
  await page.goto(`${new URL(farm.dashboardUrl).origin}/healthz`);
  await page.setContent("<body></body>");
  const client = new URL("../../node_modules/socket.io-client/dist/socket.io.min.js", import.meta.url);
  await page.addScriptTag({ content: readFileSync(client, "utf8") });
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
    page,
    shown: () => page.evaluate(() => (window as unknown as { shown(): number }).shown()),
    close: () => browser.close(),
  };
}
