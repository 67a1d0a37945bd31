import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type RealAdbd, startRealAdbd } from "../../../phone/testing/real-adbd/real-adbd.ts";
import type { CommandAck, CommandType } from "../../../protocol/command.ts";
import { launchBrowser } from "../browser.ts";
import { listDevices, openFarm } from "../farm.ts";
import { runCommand } from "../run-command.ts";
import { adbdSerial, plugRealAdbd } from "./adbd-plug.ts";
import { openLinkTab } from "./link-tab.ts";

/** The engine on an adbd that nobody here wrote, through Chromium's USB stack. No Android is behind it. */

const hundredMegabytes = 100 * 1024 * 1024;

let adbd: RealAdbd;
let plug: { unplug(): void };
let browser: Browser;
beforeAll(async () => {
  adbd = await startRealAdbd();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await adbd.stop();
});
beforeEach(async () => {
  plug = await plugRealAdbd(adbd, 3240);
});
afterEach(() => plug.unplug());

test("the engine opens ADB, runs shells and moves 100 MB there and back the same", async () => {
  const tab = await openLinkTab(browser);
  await vi.waitFor(async () => await tab.ask({ kind: "open", serial: adbdSerial }), { timeout: 20_000 });
  expect(await tab.ask({ kind: "shell", line: "echo out; echo err >&2; exit 7" })).toEqual({
    stdout: "out\n",
    stderr: "err\n",
    exit_code: 7,
  });
  expect((await tab.ask({ kind: "shell", line: "printf 'a\\000b' | od -c" })).stdout).toContain("a  \\0   b");
  expect(await tab.ask({ kind: "identity" })).toBeUndefined();
  const path = "/data/local/tmp/f";
  const push = await tab.ask({ kind: "push", path, length: hundredMegabytes });
  const pull = await tab.ask({ kind: "pull", path });
  expect(pull.isSame).toBe(true);
  const rate = (ms: number): string => `${(hundredMegabytes / 1e3 / ms).toFixed(0)} MB/s`;
  process.stdout.write(`real adbd, engine, 100 MB: push ${rate(push.ms)}, pull ${rate(pull.ms)}\n`);
  await tab.ask({ kind: "close" });
  await tab.close();
});

test("a device without an Android is there for shells, and says of the rest that it is no Android", async () => {
  const farm = await openFarm(8787);
  const dashboard = await farm.connect("/dashboard");
  const page = await browser.newPage();
  await page.goto(farm.workerUrl.replace("#", "?kiosk&pc_id=desk-1#"));
  const device = await vi.waitFor(
    async () => {
      const { devices } = await listDevices(dashboard);
      const found = devices.find(({ serial_number }) => serial_number === adbdSerial);
      expect(found).toMatchObject({ state: "ready", problem: { code: "NOT_ANDROID" } });
      return found;
    },
    { timeout: 30_000, interval: 100 },
  );
  const run = (type: CommandType, params: object): Promise<CommandAck> =>
    runCommand(dashboard, device?.device_id ?? "", type, params);
  expect(await run("shell", { shellCommand: "uname" })).toMatchObject({
    status: "completed",
    result: { stdout: "Linux\n", exit_code: 0 },
  });
  for (const [type, params] of [
    ["tap", { x: 1, y: 1 }],
    ["swipe", { x: 1, y: 1, x2: 2, y2: 2, duration: 100 }],
    ["keyevent", { keycode: 3 }],
    ["text", { text: "hello" }],
    ["screenshot", {}],
  ] as const) {
    expect(await run(type, params)).toMatchObject({
      status: "failed",
      error: expect.stringContaining("not an Android userland") as string,
    });
  }
  await page.close();
  await farm.close();
});
