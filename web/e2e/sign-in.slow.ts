import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRelay, type RunningRelay } from "../../relay/start.ts";
import { farm, seedFarm } from "../../supabase/testing/farm.ts";
import { startStack, type Stack } from "../../supabase/testing/start-stack.ts";
import { launchBrowser } from "./browser.ts";

/** People who sign in with the farm's Supabase project, each in a browser of their own. */

/** supabase-js renews what ends within 90 s, whenever it looks. */
const tokenSeconds = 60;
let stack: Stack;
let relay: RunningRelay;
let dataDir: string;
let browser: Browser;

beforeAll(async () => {
  stack = await startStack({ tokenSeconds });
  await seedFarm(stack);
  dataDir = await mkdtemp(join(tmpdir(), "tabfarm-sign-in-"));
  relay = await startRelay({
    host: "127.0.0.1",
    port: 0,
    dataDir,
    supabase: {
      url: new URL(stack.url),
      publishableKey: stack.publishableKey,
      secretKey: stack.secretKey,
      farmId: farm,
    },
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await relay.close();
  await rm(dataDir, { recursive: true, force: true });
  await stack.close();
});

async function openSignIn(): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${relay.url}/dashboard`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  return page;
}

async function signIn(page: Page, name: string, password = "password"): Promise<void> {
  await page.getByLabel("E-mail").fill(`${name}@farm.example`);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("[U5] a member signs in, is known by name and role, stays over a reload, and signs out", async () => {
  const page = await openSignIn();
  await signIn(page, "admin", "wrong");
  await page.getByRole("alert").filter({ hasText: "Invalid login credentials" }).waitFor();
  await signIn(page, "admin");
  await page.getByText("admin@farm.example").waitFor();
  await page.getByRole("link", { name: "Audit" }).waitFor();
  await page.reload();
  await page.getByText("admin@farm.example").waitFor();
  expect(page.url()).toBe(`${relay.url}/dashboard`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.context().close();
});

test("[U7] a newer token goes out on the live connections, and nothing is connected anew", async () => {
  const page = await openSignIn();
  const opened: string[] = [];
  page.on("websocket", (socket) => opened.push(new URL(socket.url()).pathname));
  await signIn(page, "operator");
  await page.getByText("operator@farm.example").waitFor();
  const renewed = async (): Promise<number> => {
    const [row] = await stack.sql`select count(*)::int as count from audit_events
      where event = 'auth:renew' and actor = 'operator@farm.example'`;
    return Number(row?.["count"]);
  };
  // As when somebody comes back to the tab.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect.poll(renewed, { timeout: 50_000 }).toBeGreaterThanOrEqual(2);
  expect(opened.toSorted()).toEqual(["/media", "/socket.io/"]);
  await page.context().close();
});

test("[U6] a member who is taken out is out, and is told why", async () => {
  const page = await openSignIn();
  await signIn(page, "viewer");
  await page.getByText("viewer@farm.example").waitFor();
  await stack.sql`delete from members where farm_id = ${farm} and role = 'viewer'`;
  const alert = page.getByRole("alert").filter({ hasText: "viewer@farm.example is no member of this farm" });
  await alert.waitFor({ timeout: 50_000 });
  expect(await page.getByRole("heading", { name: "Sign in" }).isVisible()).toBe(true);
  await page.context().close();
});

test("[U5] a stranger is told that it is no member; a printed link works beside all that", async () => {
  const page = await openSignIn();
  await signIn(page, "stranger");
  await page.getByRole("alert").filter({ hasText: "stranger@farm.example is no member" }).waitFor();
  await page.goto(`${relay.url}/dashboard#token=${relay.tokens.dashboard}`);
  await page
    .locator(".actor")
    .filter({ hasText: /^dashboard$/ })
    .waitFor();
  expect(await page.getByRole("button", { name: "Sign out" }).count()).toBe(0);
  await page.context().close();
});

test("[U5] a link by e-mail signs in the browser that asked for it", async () => {
  const page = await openSignIn();
  await page.getByLabel("E-mail").fill("admin@farm.example");
  await page.getByRole("button", { name: "Send me a link instead" }).click();
  await page.getByRole("status").filter({ hasText: "on its way to admin@farm.example" }).waitFor();
  const link = /https?:\/\/[^\s"<)]+/.exec(stack.mailsTo("admin@farm.example").at(-1)?.text ?? "")?.[0] ?? "";
  await page.goto(link);
  await page.getByText("admin@farm.example").waitFor();
  expect(page.url()).toBe(`${relay.url}/dashboard`);
  await page.context().close();
});
