import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { openFarm, type Farm } from "./farm.ts";
import { pictureHash } from "./touch-mark.ts";

/** What a dashboard asks for, and how it shows it, with the demo's phones in another tab. */

let farm: Farm;
let browser: Browser;
let demo: Page;

/** Chromium takes a name for its own machine's, but only `localhost` and addresses of it for secure. */
const lanName = "farm.test";

beforeAll(async () => {
  farm = await openFarm();
  browser = await launchBrowser([`--host-resolver-rules=MAP ${lanName} 127.0.0.1`]);
  demo = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  await demo.goto(farm.demoUrl);
  await demo.locator("article .picture[data-frames]").nth(4).waitFor({ timeout: 60_000 });
});
afterAll(async () => {
  await browser.close();
  await farm.close();
});

const tileOf = (page: Page, name: string): Locator => page.getByRole("article", { name: new RegExp(name) });

const patient = { timeout: 30_000 };

/** Which devices a page watches, and in which encoding, by what it says to the relay. */
function hearAsked(page: Page): Map<string, string> {
  const asked = new Map<string, string>();
  page.on("websocket", (socket) => {
    if (!socket.url().endsWith("/media")) return;
    socket.on("framesent", ({ payload }) => {
      if (typeof payload !== "string") return;
      const said = JSON.parse(payload) as {
        event?: string;
        payload?: { device_id: string; encoding: string };
      };
      if (said.payload === undefined) return;
      if (said.event === "stream:start") asked.set(said.payload.device_id, said.payload.encoding);
      if (said.event === "stream:stop") asked.delete(said.payload.device_id);
    });
  });
  return asked;
}

test("[V2] on a page without WebCodecs, as on plain http in a network, tiles and focus are JPEGs", async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const asked = hearAsked(page);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  const url = new URL(farm.dashboardUrl);
  url.hostname = lanName;
  await page.goto(url.href);
  expect(await page.evaluate(() => [isSecureContext, "VideoDecoder" in self])).toEqual([false, false]);
  const tile = tileOf(page, "Pixel 8");
  const picture = tile.locator(".picture");
  await expect.poll(() => picture.getAttribute("data-medium"), patient).toBe("jpeg");
  expect(await pictureHash(picture)).not.toBe(0);
  await tile.getByRole("button", { name: /^Open/ }).click();
  const screen = page.getByLabel(/^Screen of /);
  await expect.poll(() => screen.getAttribute("data-medium"), patient).toBe("jpeg");
  expect(new Set(asked.values())).toEqual(new Set(["binary"]));
  expect(errors).toEqual([]);
  await page.close();
});

test("[V3] only what is in view is asked for, and nothing in a hidden tab", async () => {
  const page = await browser.newPage({ viewport: { width: 390, height: 560 } });
  const asked = hearAsked(page);
  await page.goto(farm.dashboardUrl);
  await expect.poll(() => asked.size, patient).toBe(2);
  await expect
    .poll(() => tileOf(page, "Pixel 8").locator(".picture").getAttribute("data-medium"), patient)
    .toBe("video");
  const first = [...asked.keys()];
  await page.mouse.move(200, 500);
  await page.mouse.wheel(0, 5000);
  await expect.poll(() => first.some((id) => asked.has(id)), patient).toBe(false);
  await expect.poll(() => asked.size, patient).toBeGreaterThan(0);
  expect(new Set(asked.values())).toEqual(new Set(["h264"]));
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(() => asked.size, patient).toBe(0);
  await page.close();
});

test("[V1] a tile and a focus of one device are one stream, as sharp as the focus", async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(farm.dashboardUrl);
  const picture = tileOf(page, "Pixel 8").locator(".picture");
  const widthOf = async (of: Locator): Promise<number> => Number(await of.getAttribute("data-width"));
  await expect.poll(() => widthOf(picture), patient).toBeGreaterThan(0);
  // Another page watched it larger a moment ago, and its session is kept for a while.
  await expect.poll(() => widthOf(picture), patient).toBeLessThan(480);
  const before = await widthOf(picture);
  await tileOf(page, "Pixel 8").getByRole("button", { name: /^Open/ }).click();
  const screen = page.getByLabel(/^Screen of /);
  await expect.poll(() => widthOf(screen), patient).toBeGreaterThan(before);
  await expect.poll(() => widthOf(picture), patient).toBe(await widthOf(screen));
  expect(await pictureHash(screen)).not.toBe(0);
  await page.close();
});
