import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { spawnRelay, type RelayProcess } from "./relay-process.ts";

/** The operator's page in a real browser, with the demo's phones, at a relay that dies and comes back. */

let browser: Browser;
let page: Page;
let relay: RelayProcess;
let dataDir: string;
/** Errors and warnings while the relay was there. */
const complaints: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tabfarm-page-"));
  relay = await spawnRelay(0, dataDir);
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
});

afterAll(async () => {
  await browser.close();
  await relay.kill();
  await rm(dataDir, { recursive: true, force: true });
});

const tileOf = (name: string): Locator => page.getByRole("article", { name: new RegExp(name) });

async function framesOf(name: string): Promise<number> {
  return Number(await tileOf(name).locator(".picture").getAttribute("data-frames"));
}

test("a wrong token leads to a screen that says so", async () => {
  const tab = await browser.newPage();
  await tab.goto(new URL("/dashboard#token=wrong", relay.demoUrl).href);
  await tab.getByRole("heading", { name: "The relay refused this token" }).waitFor();
  await tab.getByRole("alert").filter({ hasText: "token is wrong" }).waitFor();
  expect(tab.url()).not.toContain("token");
  await tab.close();
});

test("a demo without its tokens asks for its link, and opens with it", async () => {
  await page.goto(new URL("/demo", relay.demoUrl).href);
  await page.getByLabel("Link to the demo").fill(relay.demoUrl);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect.poll(() => framesOf("Pixel 8"), { timeout: 30_000 }).toBeGreaterThan(0);
  await page.getByRole("complementary", { name: "What to try" }).waitFor();
  expect(page.url()).not.toContain("token");
});

test("[C3] one command to all selected devices shows a result for each", async () => {
  const tiles = page.getByRole("article");
  const select = page.getByRole("button", { name: "Select all 6" });
  await select.click();
  const bulk = page.getByRole("region", { name: "Selected devices" });
  await bulk.getByText("6 selected").waitFor();
  await bulk.getByLabel("Text or shell command for selected").fill("getprop ro.product.model");
  await bulk.getByRole("button", { name: "Run on selected" }).click();
  const results = page.getByRole("region", { name: "Results" });
  // One phone asks for its permission still: in the first minute of its PC it is waited for [C10].
  await results.getByText(/^(5 of 6 ended|6 of 6 ended, 1 failed)$/).waitFor();
  for (const name of await tiles.evaluateAll((found) => found.map((tile) => tile.ariaLabel ?? ""))) {
    const result = results.getByRole("listitem").filter({ hasText: name });
    const asks = await tileOf(name).getByText("Attention", { exact: true }).count();
    const model = name.split(" ").slice(0, -1).join(" ");
    const said = await result.textContent();
    expect(asks === 0 ? [`${model}\n`] : ["waiting for the phone", "allow"]).toSatisfy((words: string[]) =>
      words.some((words) => said?.includes(words)),
    );
  }
  await page.getByRole("button", { name: "Clear selection" }).click();
  await page.getByRole("button", { name: "Close results" }).click();
});

test("tiles stand in the order of their serial numbers, as the phones lie on the desk", async () => {
  const serialOf = (label: string): string => label.split(/[ ,]+/).at(-1) ?? "";
  const labels = (found: Element[]): string[] => found.map((element) => element.ariaLabel ?? "");
  const onWall = await page.getByRole("article").evaluateAll(labels);
  const onDesk = await page.getByRole("group", { name: /^On the desk/ }).evaluateAll(labels);
  expect(onWall).toHaveLength(6);
  expect(onWall.map(serialOf)).toEqual(onDesk.map(serialOf));
});

test("nothing complained so far", () => {
  expect(complaints).toEqual([]);
});

test("a banner shows while the relay is away, and the picture is back with the relay", async () => {
  await relay.kill();
  const banner = page.getByRole("alert").filter({ hasText: "Not connected since" });
  await banner.waitFor();
  const framesBefore = await framesOf("Pixel 8");
  relay = await spawnRelay(relay.port, dataDir);
  await banner.waitFor({ state: "detached" });
  await page.getByRole("status", { name: "Relay: Live" }).waitFor();
  await expect.poll(() => framesOf("Pixel 8"), { timeout: 30_000 }).toBeGreaterThan(framesBefore);
});
