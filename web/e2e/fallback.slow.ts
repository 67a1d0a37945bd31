import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Browser, Locator, Page } from "playwright-core";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseFallbackSnapshot } from "../../protocol/fallback.ts";
import type { DeviceStatusUpdate } from "../../protocol/device.ts";
import { farm, relayEnvironment, seedFarm } from "../../supabase/testing/farm.ts";
import { startStack, type Stack } from "../../supabase/testing/start-stack.ts";
import { launchBrowser } from "./browser.ts";
import { listDevices } from "./farm.ts";
import { spawnRelay, type RelayProcess } from "./relay-process.ts";

/** A farm whose relay is killed: its 12 phones are seen through Supabase until there is a relay again. */

const phoneCount = 12;
const soon = { timeout: 10_000, interval: 100 };
const patient = { timeout: 60_000, interval: 100 };
const patientLocator = { timeout: 60_000 };

let stack: Stack;
let relay: RelayProcess;
let dataDir: string;
let browser: Browser;
/** The farm PC, with its phones on the desk beside it; a local token's dashboard is there, too. */
let pc: Page;
/** Of a person who signed in. */
let dashboard: Page;
const tookMs: string[] = [];

const tiles = (): Locator => dashboard.getByRole("article");
const tileOf = (serial: string): Locator =>
  dashboard.getByRole("article", { name: new RegExp(`${serial}$`) });
const deskOf = (serial: string): Locator => pc.getByRole("group", { name: new RegExp(`desk.*${serial}$`) });
const batteryOf = async (serial: string): Promise<number> =>
  Number.parseInt((await tileOf(serial).locator(".battery").textContent()) ?? "", 10);
const conditions = (): Promise<string[]> => tiles().locator(".badge:not(.lease)").allTextContents();
/** On a busy machine some answer slowly, and have the attention of the dashboard. */
const presentCount = async (): Promise<number> =>
  (await conditions()).filter((words) => words !== "Offline").length;
const conditionOf = (serial: string): Promise<string | null> =>
  tileOf(serial).locator(".badge").first().textContent();

async function timed<T>(what: string, deed: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const value = await deed();
  tookMs.push(`${what} ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return value;
}

async function threadNamed(name: RegExp) {
  await expect.poll(() => pc.workers().some((thread) => name.test(thread.url())), patient).toBe(true);
  const thread = pc.workers().find((each) => name.test(each.url()));
  if (thread === undefined) throw new Error(`no thread ${name}`);
  return thread;
}

function timeless(devices: DeviceStatusUpdate[]): object[] {
  return devices
    .map((device) => ({ ...device, last_seen_at: "", version: 0 }))
    .toSorted((one, other) => one.serial_number.localeCompare(other.serial_number));
}

async function knownByProject(): Promise<object[]> {
  const [row] = await stack.sql`select farm_snapshot(${farm}) as snapshot`;
  return timeless(parseFallbackSnapshot(row?.["snapshot"])?.devices ?? []);
}

async function knownByRelay(): Promise<object[]> {
  const token = new URL(relay.demoUrl).hash.match(/dashboard_token=([^&]+)/)?.[1];
  const socket = io(`${relay.url}/dashboard`, { auth: { type: "dashboard", token }, forceNew: true });
  try {
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    return timeless((await listDevices(socket)).devices);
  } finally {
    socket.close();
  }
}

describe("with a Supabase project", () => {
  beforeAll(async () => {
    stack = await startStack();
    await seedFarm(stack);
    dataDir = await mkdtemp(join(tmpdir(), "tabfarm-fallback-"));
    relay = await spawnRelay(0, dataDir, relayEnvironment(stack));
    browser = await launchBrowser();
    const open = async (url: string): Promise<Page> => {
      const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
      const page = await context.newPage();
      await page.goto(url);
      return page;
    };
    const demo = new URL(relay.demoUrl);
    demo.search = `?phones=${phoneCount}`;
    pc = await open(demo.href);
    dashboard = await open(`${relay.url}/dashboard`);
    await dashboard.getByLabel("E-mail").fill("operator@farm.example");
    await dashboard.getByLabel("Password").fill("password");
    await dashboard.getByRole("button", { name: "Sign in", exact: true }).click();
    await dashboard.evaluate(() => Reflect.set(window, "isSameDocument", true));
  });

  afterAll(async () => {
    await browser.close();
    await relay.kill();
    await stack.close();
    await rm(dataDir, { recursive: true, force: true });
    process.stdout.write(`${tookMs.join(" · ")}\n`);
  });

  test("twelve phones are there, in the project too, and their PC has an account of its own", async () => {
    await expect.poll(() => tiles().count(), patient).toBe(phoneCount);
    const allowAndCount = async (): Promise<number> => {
      const asking = pc.getByRole("button", { name: /^Tap “Allow”/ });
      if ((await asking.count()) > 0) await asking.first().click();
      return (await conditions()).filter((words) => words === "Ready").length;
    };
    await expect.poll(allowAndCount, patient).toBe(phoneCount);
    await expect.poll(async () => (await knownByProject()).length, patient).toBe(phoneCount);
    const accounts = () => stack.sql`select from workers where pc_id = 'demo' and user_id is not null`;
    await expect.poll(async () => (await accounts()).length, patient).toBe(1);
    const engine = await threadNamed(/engine/);
    // The one script that this thread loads late; after that it needs nothing of the relay any more.
    const hasLoaded = (): Promise<boolean> =>
      engine.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .some(({ name }) => name.endsWith(".js") && !name.includes("-thread-")),
      );
    await expect.poll(hasLoaded, patient).toBe(true);
  });

  test("[U17, U20, U23] the relay is killed: within 10 s there is the fallback, and it goes on hearing", async () => {
    const serials = await tiles().evaluateAll((found) =>
      found.map((tile) => tile.ariaLabel?.split(" ").at(-1) ?? ""),
    );
    const [first = "", second = ""] = serials;
    const level = await batteryOf(first);
    await relay.kill();
    const banner = dashboard.getByRole("alert").filter({ hasText: "Fallback: status only, since" });
    await timed("fallback shown after", () => banner.waitFor({ timeout: 10_000 }));
    await dashboard.getByRole("status", { name: "Relay: Fallback" }).waitFor();
    // Who is in by a local token has no session.
    await pc.getByRole("alert").filter({ hasText: "Not connected since" }).waitFor();
    expect(await tiles().count()).toBe(phoneCount);

    // Ten minutes pass for the phones, in which each uses up a percent.
    const phones = await threadNamed(/thread/);
    await phones.evaluate(() => {
      const before = Date.now;
      Date.now = () => before() + 600_000;
    });
    await timed("battery after", async () => {
      await expect.poll(() => batteryOf(first), patient).toBe(level - 1);
    });
    await pc.getByText(/reports the status of its phones through Supabase/).waitFor(patientLocator);

    const press = (name: RegExp): Promise<void> => deskOf(second).getByRole("button", { name }).click();
    await press(/^Unplug/);
    await timed("unplug after", () =>
      tileOf(second).getByText("Unplugged", { exact: true }).waitFor(patientLocator),
    );
    expect(await presentCount()).toBe(phoneCount - 1);
    await press(/^Plug in/);
    await timed("replug after", async () => {
      await expect.poll(() => conditionOf(second), patient).not.toBe("Offline");
    });
  });

  test("[U11, U12, U17, U20] there is a relay again: within 10 s all is back, with no reload and one truth", async () => {
    // Of a still phone one picture comes when the relay is back, and no other for a minute.
    const shown = async (): Promise<number> =>
      Number(await tiles().first().locator(".picture").getAttribute("data-frames"));
    const before = await shown();
    relay = await spawnRelay(relay.port, dataDir, relayEnvironment(stack));
    await timed("all back after", async () => {
      await dashboard.getByRole("status", { name: "Relay: Live" }).waitFor({ timeout: 10_000 });
      await expect.poll(presentCount, soon).toBe(phoneCount);
    });
    expect(await dashboard.getByRole("alert").filter({ hasText: "Fallback" }).count()).toBe(0);
    expect(await pc.getByText(/through Supabase/).count()).toBe(0);
    expect(await dashboard.evaluate(() => Reflect.get(window, "isSameDocument"))).toBe(true);
    await timed("one truth after", async () => {
      await expect
        .poll(async () => isDeepStrictEqual(await knownByProject(), await knownByRelay()), patient)
        .toBe(true);
    });
    await expect.poll(shown, patient).toBeGreaterThan(before);
  });
});
