import type { Browser } from "playwright-core";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { DeviceStatusUpdate } from "../../../protocol/device.ts";
import { launchBrowser } from "../browser.ts";
import { listDevices, openFarm, type Farm } from "../farm.ts";
import { type RunningPhones, startPhones } from "../../../phone/node/testing/running-phones.ts";

/** The session ladder over Chromium's own USB stack, whose resets and closes take their time. */

const patient = { timeout: 90_000, interval: 50 };
let farm: Farm;
let browser: Browser;
let dashboard: Socket;
let phones: RunningPhones;

beforeAll(async () => {
  farm = await openFarm(8787);
  browser = await launchBrowser();
  dashboard = await farm.connect("/dashboard");
  phones = await startPhones(["--usbip", "3240", "--count", "1"]);
});
afterAll(async () => {
  await browser.close();
  await phones.stop();
  await farm.close();
});

async function isNow(state: Partial<DeviceStatusUpdate>): Promise<void> {
  await vi.waitFor(async () => {
    const { devices } = await listDevices(dashboard);
    expect(devices[0]).toMatchObject(state);
  }, patient);
}

test("[L1] a phone that hangs until its USB is reset is a zombie, says so, and is ready without a click", async () => {
  const page = await browser.newPage();
  await page.goto(farm.workerUrl.replace("#", "?kiosk&pc_id=desk-1#"));
  await isNow({ state: "ready", health_status: "healthy" });
  // Waited for from the start: what a rung fails with may take its place within moments.
  const told = page
    .getByText(/The phone does not answer|The USB connection failed/)
    .first()
    .waitFor({ timeout: patient.timeout });
  await phones.say("break 1 zombie reset");
  const brokenAt = performance.now();
  await isNow({ health_status: "zombie", problem: { code: "ADB_TIMEOUT" } as const });
  const zombieMs = performance.now() - brokenAt;
  await told;
  await isNow({ state: "ready", health_status: "healthy" });
  const readyMs = performance.now() - brokenAt;
  // The page hears of it a little later than the relay.
  await expect
    .poll(async () => await page.locator(".recovered").textContent(), patient)
    .toMatch(/^Recovery: claimed again 1×, USB reset 1×, last back at/);
  process.stdout.write(
    `a phone that hangs: zombie after ${Math.round(zombieMs)} ms, ready again after ${Math.round(readyMs)} ms\n`,
  );
});
