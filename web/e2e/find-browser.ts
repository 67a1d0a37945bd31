import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const onPath = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser"];
const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The path of a Chrome or Chromium; `TABFARM_CHROME` names one. When there is none it says so and gets one. */
export function findBrowser(): string {
  return installed() ?? install();
}

function installed(): string | undefined {
  const named = process.env["TABFARM_CHROME"];
  if (named) {
    if (!existsSync(named)) throw new Error(`TABFARM_CHROME names ${named}, which does not exist`);
    return named;
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const paths = onPath.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...paths, ...elsewhere, chromium.executablePath()].find((path) => existsSync(path));
}

function install(): string {
  const canApt = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (canApt) {
    say("No Chrome or Chromium here: installing Debian's (apt-get install chromium).");
    run("apt-get", ["update"]);
    // Chromium does not start on a machine without any font.
    run("apt-get", ["install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation"]);
  } else {
    say("No Chrome or Chromium here: installing Playwright's (playwright-core install chromium).");
    const playwright = fileURLToPath(new URL("../../node_modules/playwright-core/cli.js", import.meta.url));
    run(process.execPath, [playwright, "install", "chromium"]);
  }
  const path = installed();
  if (path === undefined)
    throw new Error("The browser was installed but cannot be found; set TABFARM_CHROME to its path");
  return path;
}

function run(command: string, args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const done = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], env });
  if (done.status !== 0) {
    throw new Error(
      `${command} ${args.join(" ")} failed: install Chrome or Chromium by hand, or set TABFARM_CHROME`,
    );
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
