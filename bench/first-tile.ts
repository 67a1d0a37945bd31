import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { median } from "../web/e2e/figures.ts";
import { findBrowser } from "../web/e2e/find-browser.ts";
import { printedDemoUrl } from "../web/e2e/relay-process.ts";

/**
 * From `npm start` (built before) to the first live tile of the demo, in an open browser. The baseline of the same run
 * is `npm --version` and an empty page: what npm and the browser cost by themselves on this machine.
 */

const runs = Number(process.argv[2] ?? 5);
const root = fileURLToPath(new URL("..", import.meta.url));
const executablePath = findBrowser();

interface Run {
  linkPrinted: number;
  phoneReady: number;
  liveTile: number;
  baseline: number;
}

async function measure(): Promise<Run> {
  const dataDir = await mkdtemp(join(tmpdir(), "tabfarm-bench-"));
  const args = process.getuid?.() === 0 ? ["--no-sandbox", "--disable-gpu"] : ["--disable-gpu"];
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });

  const baselineAt = performance.now();
  await once(spawn("npm", ["--version"], { stdio: "ignore" }), "exit");
  await page.goto("data:text/html,<p>empty");
  const baseline = performance.now() - baselineAt;

  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  const farm = spawn("npm", ["start", "--silent", "--", "--port", "0", "--data", dataDir], {
    cwd: root,
    detached: true,
  });
  const link = await printedDemoUrl(farm);
  const linkPrinted = elapsed();
  await page.goto(link);
  await page.getByRole("article").first().waitFor();
  const phoneReady = elapsed();
  await page.locator("article .picture[data-frames]").first().waitFor();
  const liveTile = elapsed();
  if (farm.pid !== undefined) process.kill(-farm.pid, "SIGINT");
  await once(farm, "exit");
  await browser.close();
  await rm(dataDir, { recursive: true, force: true });
  return { linkPrinted, phoneReady, liveTile, baseline };
}

const results: Run[] = [];
for (let run = 0; run < runs; run++) results.push(await measure());

const row = (name: string, pick: (run: Run) => number): string => {
  const values = results.map(pick);
  return `${name.padEnd(34)}${median(values).toFixed(0).padStart(8)}${Math.max(...values)
    .toFixed(0)
    .padStart(8)}`;
};
process.stdout.write(
  [
    `${`milliseconds, ${runs} runs`.padEnd(34)}${"median".padStart(8)}${"worst".padStart(8)}`,
    row("baseline: npm + an empty page", (run) => run.baseline),
    row("npm start → links printed", (run) => run.linkPrinted),
    row("npm start → first tile on the wall", (run) => run.phoneReady),
    row("npm start → first live picture", (run) => run.liveTile),
    "",
  ].join("\n"),
);
