import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";

/** The README's command as a newcomer types it, with other words behind `--`. */

const root = fileURLToPath(new URL("../..", import.meta.url));
let dataDir: string;
let running: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tabfarm-start-"));
});

afterEach(async () => {
  for (const child of running) signalGroup(child, "SIGKILL");
  running = [];
  await rm(dataDir, { recursive: true, force: true });
});

interface Started {
  child: ChildProcess;
  output(): string;
  /** Only what went to standard error. */
  errors(): string;
  exited: Promise<number | null>;
}

function start(...words: string[]): Started {
  const child = spawn("npm", ["start", "--silent", "--", ...words], { cwd: root, detached: true });
  running.push(child);
  let text = "";
  let errors = "";
  child.stdout.on("data", (chunk) => (text += String(chunk)));
  child.stderr.on("data", (chunk) => (errors += String(chunk)));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  return { child, output: () => text, errors: () => errors, exited };
}

async function links(started: Started): Promise<Record<"demo" | "worker" | "dashboard", string>> {
  const find = (page: string): string | undefined =>
    new RegExp(String.raw`http://\S+/${page}#\S+`).exec(started.output())?.[0];
  await expect
    .poll(() => find("dashboard") ?? started.output() + started.errors(), { timeout: 30_000 })
    .toMatch(/^http/);
  return { demo: find("demo") ?? "", worker: find("worker") ?? "", dashboard: find("dashboard") ?? "" };
}

/** To npm, its shell and the relay alike; a group that is gone is no matter. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (failure) {
    if (!(failure instanceof Error && "code" in failure && failure.code === "ESRCH")) throw failure;
  }
}

/** What a terminal does on Ctrl-C: the signal goes to everything in the foreground. */
function pressControlC(child: ChildProcess): void {
  signalGroup(child, "SIGINT");
}

describe("npm start", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test("prints three links that work, takes the token out of the address bar, and stops on Ctrl-C", async () => {
    const farm = start("--port", "0", "--data", dataDir);
    const link = await links(farm);
    const context = await browser.newContext();
    for (const [url, sign] of [
      [link.worker, "Start"],
      [link.dashboard, "No PC is connected yet"],
      [link.demo, "Unplug"],
    ] as const) {
      const page = await context.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      await page.goto(url);
      await page.getByText(sign).first().waitFor();
      expect(page.url()).not.toContain("token");
      expect(errors).toEqual([]);
      await page.reload();
      await page.getByText(sign).first().waitFor();
      await page.close();
    }
    expect((await stat(join(dataDir, "tokens.json"))).mode & 0o077).toBe(0);

    const pressedAt = performance.now();
    pressControlC(farm.child);
    await farm.exited;
    expect(performance.now() - pressedAt).toBeLessThan(1000);
    expect(farm.output()).toMatch(/ stopped\n$/);
  });

  test("keeps its generated tokens over a restart", async () => {
    const first = start("--port", "0", "--data", dataDir);
    const before = new URL((await links(first)).dashboard).hash;
    pressControlC(first.child);
    await first.exited;
    const second = start("--port", "0", "--data", dataDir);
    expect(new URL((await links(second)).dashboard).hash).toBe(before);
    pressControlC(second.child);
    await second.exited;
  });

  test("--help says the options and their environment variables", async () => {
    const help = start("--help");
    expect(await help.exited).toBe(0);
    for (const word of ["--host", "--port", "--data", "TABFARM_HOST", "TABFARM_WORKER_TOKEN"]) {
      expect(help.output()).toContain(word);
    }
  });

  test("a port in use gives one clear line and exit code 1", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const { port } = squatter.address() as { port: number };
    const farm = start("--port", String(port), "--data", dataDir);
    expect(await farm.exited).toBe(1);
    expect(farm.errors().trim().split("\n")).toHaveLength(1);
    expect(farm.errors()).toContain(String(port));
    squatter.close();
  });

  test.each([["--port", "eighty"], ["--colour"], ["--port", "70000"]])(
    "a bad option gives one clear line and exit code 2: %s %s",
    async (...words) => {
      const farm = start(...words);
      expect(await farm.exited).toBe(2);
      expect(farm.errors().trim().split("\n")).toHaveLength(1);
      expect(farm.errors()).toContain(words[0].slice(2));
    },
  );

  test("an unwritable data folder gives one clear line and exit code 1", async () => {
    const file = fileURLToPath(new URL("../../package.json", import.meta.url));
    const farm = start("--port", "0", "--data", join(file, "data"));
    expect(await farm.exited).toBe(1);
    expect(farm.errors().trim().split("\n")).toHaveLength(1);
    expect(farm.errors()).toContain("data");
  });
});
