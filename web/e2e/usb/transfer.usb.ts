import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../browser.ts";
import { median } from "../figures.ts";
import { openLinkTab } from "./link-tab.ts";
import { type RunningPhones, startPhones } from "../../../phone/node/testing/running-phones.ts";

/** The engine's own ADB and Debian's adb on the same plug: the same bytes, and how long each took. */

const run = promisify(execFile);
const serial = "3B031JEHN00042";
const length = 50 * 1024 * 1024;
const rounds = 3;

let phones: RunningPhones;
let browser: Browser;
let folder: string;
beforeAll(async () => {
  phones = await startPhones(["--usbip", "3240", "--count", "1"]);
  browser = await launchBrowser();
  folder = mkdtempSync(join(tmpdir(), "tabfarm-transfer-"));
});
afterAll(async () => {
  await browser.close();
  await phones.stop();
  rmSync(folder, { recursive: true });
});

interface Times {
  push: number[];
  pull: number[];
}

/** Debian's adb over USB with a server of its own, which is ended after. */
async function timeAdb(): Promise<Times> {
  // Its libusb back end loses the device after a write of whole packets (in Debian's version, 29).
  const env = { ...process.env, ADB_LIBUSB: "0", ANDROID_ADB_SERVER_PORT: "5137", HOME: folder };
  const adb = async (...args: string[]): Promise<number> => {
    const startMs = performance.now();
    await run("adb", ["-s", serial, ...args], { env, timeout: 60_000 });
    return performance.now() - startMs;
  };
  const [there, back] = [join(folder, "there"), join(folder, "back")];
  const bytes = randomBytes(length);
  writeFileSync(there, bytes);
  const times: Times = { push: [], pull: [] };
  try {
    await adb("wait-for-device");
    for (let round = 0; round < rounds; round += 1) {
      times.push.push(await adb("push", there, "/data/local/tmp/f"));
      times.pull.push(await adb("pull", "/data/local/tmp/f", back));
      expect(readFileSync(back).equals(bytes)).toBe(true);
    }
  } finally {
    await run("adb", ["kill-server"], { env });
  }
  return times;
}

async function timeEngine(): Promise<Times> {
  const tab = await openLinkTab(browser);
  await tab.ask({ kind: "open", serial });
  const times: Times = { push: [], pull: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.push.push((await tab.ask({ kind: "push", path: "/data/local/tmp/f", length })).ms);
    const { ms, isSame } = await tab.ask({ kind: "pull", path: "/data/local/tmp/f" });
    expect(isSame).toBe(true);
    times.pull.push(ms);
  }
  await tab.ask({ kind: "close" });
  await tab.close();
  return times;
}

const rate = (times: readonly number[]): number => length / 1e6 / (median(times) / 1000);

test("50 MB go there and back the same, by adb and by the engine on the same plug", async () => {
  const adb = await timeAdb();
  const engine = await timeEngine();
  for (const way of ["push", "pull"] as const) {
    const [theirs, ours] = [rate(adb[way]), rate(engine[way])];
    expect(ours).toBeGreaterThan(0);
    process.stdout.write(
      `${way} of 50 MB: adb ${theirs.toFixed(0)} MB/s, engine ${ours.toFixed(0)} MB/s, ratio ${(ours / theirs).toFixed(2)}\n`,
    );
  }
});
