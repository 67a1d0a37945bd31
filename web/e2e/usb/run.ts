import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import "../../build/build-if-stale.ts";
import { findBrowser } from "../find-browser.ts";
import { isRoot, suites, type Suite } from "./suites.ts";

/**
 * `npm run test:usb [-- --require]`: the suites that judge the virtual phone by programs nobody here wrote. Installs
 * what they need where it may, says what could not run and why, and with `--require` fails for it.
 */

const root = fileURLToPath(new URL("../../..", import.meta.url));
const isRequired = process.argv.includes("--require");
const filters = process.argv.slice(2).filter((argument) => argument !== "--require");

const runnable: Suite[] = [];
const refused: string[] = [];
for (const suite of suites) {
  install(suite);
  const obstacle = await suite.obstacle();
  if (obstacle === undefined) runnable.push(suite);
  else refused.push(`${suite.name}: ${obstacle}`);
}
for (const line of refused) say(`not run: ${line}`);
if (refused.length > 0 && isRequired) {
  say("--require: every suite must run");
  process.exit(1);
}
if (runnable.length === 0) {
  say("no suite can run here");
  process.exit(1);
}
// Like the build above before the testbed's network, in which nothing can be fetched.
process.env["TABFARM_CHROME"] = findBrowser();
process.exit(await run(runnable));

/** Debian's packages that the suite names and this machine has not got. */
function install(suite: Suite): void {
  const missing = suite
    .packages()
    .filter(({ isThere }) => !isThere())
    .map(({ name }) => name);
  if (missing.length === 0 || !isRoot() || spawnSync("apt-get", ["--version"]).status !== 0) return;
  say(`${suite.name} needs ${missing.join(", ")}: installing (apt-get install)`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "--yes", "--no-install-recommends", ...missing]]) {
    spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"], env });
  }
}

/** All in one testbed: phones on loopback of a network of its own, so no port can be taken. */
async function run(chosen: readonly Suite[]): Promise<number> {
  const vitest = [
    process.execPath,
    fileURLToPath(new URL("../../../node_modules/vitest/vitest.mjs", import.meta.url)),
    "run",
    "--project",
    "usb",
    ...(filters.length > 0 ? filters : chosen.flatMap(({ files }) => files)),
  ];
  const testbed = ["phone/testbed/run", "--net", "--origin", "http://127.0.0.1:8787", "--"];
  const needsTestbed = chosen.some((suite) => suite.needsTestbed);
  const [command = "", ...args] = needsTestbed ? [...testbed, ...vitest] : vitest;
  const child = spawn(command, args, { cwd: root, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

function say(line: string): void {
  process.stdout.write(`test:usb: ${line}\n`);
}
