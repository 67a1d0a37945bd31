import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Role } from "../../protocol/role.ts";
import { launchBrowser } from "./browser.ts";
import { spawnRelay, type RelayProcess } from "./relay-process.ts";

/** Several people at one farm, each in a browser of their own, and the relay killed under them. */

const runFile = promisify(execFile);
const tool = fileURLToPath(new URL("../../relay/tabfarm.ts", import.meta.url));
let browser: Browser;
let relay: RelayProcess;
let dataDir: string;
let admin: Page;
let operator: Page;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tabfarm-people-"));
  relay = await spawnRelay(0, dataDir);
  browser = await launchBrowser();
  const farm = await browser.newPage();
  await farm.goto(relay.demoUrl);
  admin = await openAs("olga", "admin");
  operator = await openAs("anna", "operator");
  await tileOf(admin, "Pixel 8").waitFor({ timeout: 30_000 });
});

afterAll(async () => {
  await browser.close();
  await relay.kill();
  await rm(dataDir, { recursive: true, force: true });
});

/** What `tabfarm operator …` prints, run in another process than the relay, as in a terminal beside it. */
async function tabfarm(...args: string[]): Promise<string> {
  const { stdout } = await runFile(process.execPath, [tool, "operator", ...args, "--data", dataDir]);
  return stdout;
}

async function openAs(name: string, role: Role): Promise<Page> {
  const printed = await tabfarm("create", "--name", name, "--role", role);
  const token = /tfo_\S+/.exec(printed)?.[0] ?? "";
  const profile = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await profile.newPage();
  await page.goto(new URL(`/dashboard#token=${token}`, relay.demoUrl).href);
  return page;
}

function tileOf(page: Page, name: string): Locator {
  return page.getByRole("article", { name: new RegExp(name) });
}

async function framesOf(page: Page, name: string): Promise<number> {
  return Number(await tileOf(page, name).locator(".picture").getAttribute("data-frames"));
}

const openFocus = (page: Page): Promise<void> => page.getByRole("button", { name: /^Open Pixel 8/ }).click();

test("[A1] a viewer sees the phones, and every control says why it is closed", async () => {
  const viewer = await openAs("victor", "viewer");
  await expect.poll(() => framesOf(viewer, "Pixel 8"), { timeout: 30_000 }).toBeGreaterThan(0);
  await openFocus(viewer);
  await viewer.getByText("You may watch only").waitFor();
  expect(await viewer.getByRole("button", { name: "Home", exact: true }).isDisabled()).toBe(true);
  expect(await viewer.getByLabel("Text to type").isDisabled()).toBe(true);
  await viewer.context().close();
});

test("[E1, E2] who takes a phone is named to the others, and an admin takes it over after being asked", async () => {
  await openFocus(operator);
  await operator.getByRole("button", { name: "Take", exact: true }).click();
  await tileOf(operator, "Pixel 8").getByText("Held by you").waitFor();
  await openFocus(admin);
  await admin.getByRole("status").getByText("Held by anna until").waitFor();
  expect(await admin.getByRole("button", { name: "Home", exact: true }).isDisabled()).toBe(true);
  await admin.getByRole("button", { name: "Take over" }).click();
  await admin.getByText("Take it away from anna?").waitFor();
  await admin.getByRole("button", { name: "Take over" }).click();
  await tileOf(admin, "Pixel 8").getByText("Held by you").waitFor();
  await operator.getByText("olga took Pixel 8").waitFor();
  await operator.getByRole("status").getByText("Held by olga until").waitFor();
});

test("[N1, N2] a killed relay is said, an open command ends once, and the wall is back without a reload", async () => {
  await admin.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
  await admin.getByLabel("Shell command").fill("sleep 4; getprop ro.product.model");
  await admin.getByRole("button", { name: "Run", exact: true }).click();
  const output = admin.getByRole("list", { name: "Shell output" });
  await output.getByText("executing").waitFor();
  await relay.kill();
  await admin.getByRole("alert").filter({ hasText: "showing the last known state" }).waitFor();
  expect(await admin.getByRole("button", { name: "Home", exact: true }).isDisabled()).toBe(true);
  await tileOf(admin, "Pixel 8")
    .getByText(/\d s ago/)
    .waitFor();
  const before = await framesOf(admin, "Pixel 8");

  relay = await spawnRelay(relay.port, dataDir);
  await admin.getByRole("alert").waitFor({ state: "detached" });
  await output.getByText("exit 0").waitFor({ timeout: 30_000 });
  expect(await output.getByRole("listitem").count()).toBe(1);
  expect(await output.textContent()).toContain("Pixel 8\n");
  await tileOf(admin, "Pixel 8").getByText("Held by you").waitFor();
  await expect.poll(() => framesOf(admin, "Pixel 8"), { timeout: 60_000 }).toBeGreaterThan(before);
  expect(await admin.evaluate(() => "isSamePage" in globalThis)).toBe(true);
  expect(await admin.getByRole("region", { name: "Messages" }).textContent()).toBe("");
});

test("a selection saved as a group is there for everybody", async () => {
  await operator.getByLabel(/^Select Pixel 8/).check({ force: true });
  await operator.getByRole("button", { name: "Save as group" }).click();
  await operator.getByLabel("Name of the group").fill("front row");
  await operator.getByRole("button", { name: "Save", exact: true }).click();
  await admin.getByText("Groups 1").click();
  await admin.getByRole("button", { name: /^front row/ }).click();
  const selected = admin.getByRole("region", { name: "Selected devices" });
  await expect.poll(() => selected.textContent()).toContain("1 selected · front row");
});

test("[R1] an admin reads who did what, and goes from a row to its phone", async () => {
  await admin.getByRole("link", { name: "Audit" }).first().click();
  await admin.getByRole("combobox", { name: "Who" }).fill("anna");
  await admin.getByRole("combobox", { name: "Who" }).press("Enter");
  await admin.getByRole("combobox", { name: "What" }).selectOption("Who holds what");
  const row = admin.getByRole("listitem").filter({ hasText: "lease:take" }).last();
  await row.locator("summary").click();
  await row.getByRole("link", { name: /^Pixel 8/ }).click();
  await admin.getByRole("region", { name: "Focus on Pixel 8" }).waitFor();
  await admin.goBack();
  await admin.getByRole("main", { name: "Audit trail" }).waitFor();
  expect(new URL(admin.url()).pathname).toBe("/dashboard/audit");
});

test("[A5] a token that is revoked ends its page at the screen that asks for one, with the reason", async () => {
  const line = (await tabfarm("list")).split("\n").find((line) => line.includes("anna")) ?? "";
  await tabfarm("revoke", line.split(/\s/)[0] ?? "");
  await operator.getByRole("heading", { name: "The relay refused this token" }).waitFor();
  expect(await operator.getByRole("alert").first().textContent()).toContain("was revoked");
});
