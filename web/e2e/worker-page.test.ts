import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { listDevices, openFarm, type Farm } from "./farm.ts";

/** The farm PC's page in a real browser. */

let farm: Farm;
let browser: Browser;
let dashboard: Socket;
/** The tabs of one browser profile. */
let profile: BrowserContext;

beforeAll(async () => {
  farm = await openFarm();
  browser = await launchBrowser();
  dashboard = await farm.connect("/dashboard");
});

afterAll(async () => {
  await browser.close();
  await farm.close();
});

beforeEach(async () => {
  profile = await browser.newContext();
});

afterEach(() => profile.close());

async function openTab(address: string): Promise<Page> {
  const page = await profile.newPage();
  await page.goto(address);
  return page;
}

const kioskUrl = (pcId: string): string => farm.workerUrl.replace("#", `?kiosk&pc_id=${pcId}#`);

async function isOnline(pcId: string): Promise<boolean> {
  const { workers } = await listDevices(dashboard);
  return workers.some((worker) => worker.pc_id === pcId && worker.is_online);
}

test("a kiosk starts without a click, and its PC is online at the relay", async () => {
  const tab = await openTab(kioskUrl("kiosk-pc"));
  await tab.getByRole("status").getByText("Connected").waitFor();
  await expect.poll(() => isOnline("kiosk-pc")).toBe(true);
  expect(tab.url()).not.toContain("token");
});

test("without `kiosk` a worker waits for its Start", async () => {
  const tab = await openTab(farm.workerUrl.replace("#", "?pc_id=quiet-pc#"));
  await tab.getByRole("button", { name: "Start" }).waitFor();
  expect(await isOnline("quiet-pc")).toBe(false);
  await tab.getByRole("button", { name: "Start" }).click();
  await expect.poll(() => isOnline("quiet-pc")).toBe(true);
});

test("a second tab says that another is the worker, and takes over when that one closes", async () => {
  const first = await openTab(kioskUrl("twice-pc"));
  await first.getByText("Connected", { exact: true }).waitFor();
  const second = await openTab(kioskUrl("twice-pc"));
  const notice = second.getByRole("alert").filter({ hasText: "already the worker “twice-pc”" });
  await notice.waitFor();
  expect(await second.getByRole("button", { name: "Add a phone" }).isVisible()).toBe(false);
  expect(await isOnline("twice-pc")).toBe(true);
  await first.close();
  await second.getByText("Connected", { exact: true }).waitFor();
  await notice.waitFor({ state: "detached" });
  await second.getByRole("button", { name: "Add a phone" }).waitFor();
  await expect.poll(() => isOnline("twice-pc")).toBe(true);
});

test("a wrong token leads to a screen that says so, and the right link leads on", async () => {
  const tab = await openTab(`${farm.url}/worker?kiosk&pc_id=lost-pc#token=wrong`);
  await tab.getByRole("heading", { name: "The relay refused this token" }).waitFor();
  await tab.getByRole("alert").filter({ hasText: "token is wrong" }).waitFor();
  await tab.getByLabel("Link or token").fill("two words");
  await tab.getByRole("button", { name: "Continue" }).click();
  await tab.getByRole("alert").filter({ hasText: "no token in that" }).waitFor();
  await tab.getByLabel("Link or token").fill(farm.workerUrl);
  await tab.getByRole("button", { name: "Continue" }).click();
  await expect.poll(() => isOnline("lost-pc")).toBe(true);
});
