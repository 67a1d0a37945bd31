import type { Browser, Locator, Page } from "playwright-core";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { launchBrowser } from "./browser.ts";
import { listDevices, openFarm, type Farm } from "./farm.ts";
import { runShell } from "./run-command.ts";

/** What a tile says of a picture that is black, poor or missing, and when it stops to say it. */

const pixel = "3B031JEHN00042";
const samsung = "R5CW30ABCDE";
const patient = { timeout: 90_000, interval: 100 };
vi.setConfig({ testTimeout: 240_000 });

let farm: Farm;
let browser: Browser;
let page: Page;
let dashboard: Socket;
const ids = new Map<string, string>();

const tileOf = (serial: string): Locator => page.getByRole("article", { name: new RegExp(`${serial}$`) });
const deskOf = (serial: string): Locator => page.getByRole("group", { name: new RegExp(`desk.*${serial}$`) });

async function shell(serial: string, line: string): Promise<void> {
  await runShell(dashboard, ids.get(serial) ?? "", line);
}

function noteOf(serial: string): Promise<string> {
  return tileOf(serial).locator(".tile-note").allTextContents().then(String);
}

async function expectNote(serial: string, words: string): Promise<void> {
  await expect.poll(() => noteOf(serial), patient).toContain(words);
}

beforeAll(async () => {
  farm = await openFarm();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 2400, height: 1400 } });
  await page.goto(farm.demoUrl);
  dashboard = await farm.connect("/dashboard");
  for (const serial of [pixel, samsung]) {
    const isReady = async (): Promise<unknown> => {
      const device = (await listDevices(dashboard)).devices.find((each) => each.serial_number === serial);
      if (device !== undefined) ids.set(serial, device.device_id);
      return device?.state;
    };
    await vi.waitFor(async () => expect(await isReady()).toBe("ready"), patient);
  }
}, 240_000);

afterAll(async () => {
  await browser.close();
  await farm.close();
});

test("[V6] an app that forbids pictures, a display that is off and a lock screen are said on the tile", async () => {
  await shell(pixel, "am start -n com.tabfarm.bank/.MainActivity");
  await expectNote(pixel, "Forbidden picture");
  await shell(pixel, "locksettings set-disabled false; input keyevent SLEEP");
  await expectNote(pixel, "Screen off");
  await shell(pixel, "input keyevent WAKEUP");
  await expectNote(pixel, "Locked");
  await shell(pixel, "wm dismiss-keyguard; input keyevent HOME");
  // A slow machine may still have something to say of it.
  await expect.poll(() => noteOf(pixel), patient).not.toMatch(/Forbidden|Screen off|Locked/);
});

test("[V6] a phone without an encoder shows single pictures, and says so until it is mended", async () => {
  await deskOf(samsung)
    .getByRole("combobox", { name: /^Break/ })
    .selectOption("encoder-refuses all");
  await shell(samsung, "am start -n com.tabfarm.notes/.MainActivity");
  await expectNote(samsung, "Single pictures");
  await expect.poll(() => tileOf(samsung).locator("img").isVisible(), patient).toBe(true);
});
