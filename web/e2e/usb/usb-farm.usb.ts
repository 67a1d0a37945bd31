import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CommandAck, CommandType } from "../../../protocol/command.ts";
import type { DeviceDisconnected, DeviceStatusUpdate } from "../../../protocol/device.ts";
import { launchBrowser } from "../browser.ts";
import { listDevices, openFarm, type Farm } from "../farm.ts";
import { runCommand } from "../run-command.ts";
import { median } from "../figures.ts";
import { type RunningPhones, startPhones } from "../../../phone/node/testing/running-phones.ts";

/**
 * The product as it is shipped, on phones that Chromium's own USB stack sees: nothing is injected, the policy of the
 * testbed grants them. `npm run test:usb` starts the testbed around this.
 */

const usbipPort = "3240";
/** The first of the phones. */
const pixel = "3B031JEHN00042";
const patient = { timeout: 30_000, interval: 20 };

let farm: Farm;
let browser: Browser;
let dashboard: Socket;
let phones: RunningPhones;
/** The tabs of one browser profile. */
let profile: BrowserContext;
const updates: (DeviceStatusUpdate & { atMs: number })[] = [];
const departures: DeviceDisconnected[] = [];

beforeAll(async () => {
  farm = await openFarm(8787);
  browser = await launchBrowser();
  dashboard = await farm.connect("/dashboard");
  dashboard.on("device:status:update", (update: DeviceStatusUpdate) =>
    updates.push({ ...update, atMs: performance.now() }),
  );
  dashboard.on("device:disconnected", (departure: DeviceDisconnected) => departures.push(departure));
});

afterAll(async () => {
  await browser.close();
  await farm.close();
});

beforeEach(async () => {
  profile = await browser.newContext();
  updates.length = 0;
  departures.length = 0;
});

afterEach(async () => {
  await profile.close();
  await phones.stop();
  // The relay waits a little for a worker that has gone: the next test must not take its phones for its own.
  await vi.waitFor(async () => {
    const { devices } = await listDevices(dashboard);
    expect(devices.filter(({ health_status }) => health_status !== "offline")).toEqual([]);
  }, patient);
});

async function openWorker(pcId = "desk-1"): Promise<Page> {
  const page = await profile.newPage();
  await page.goto(farm.workerUrl.replace("#", `?kiosk&pc_id=${pcId}#`));
  return page;
}

async function plugPhones(count: number, ...args: string[]): Promise<void> {
  phones = await startPhones(["--usbip", usbipPort, "--count", String(count), ...args]);
}

async function deviceOf(serial: string): Promise<DeviceStatusUpdate | undefined> {
  const { devices } = await listDevices(dashboard);
  return devices.find((device) => device.serial_number === serial);
}

async function isReady(serial: string): Promise<DeviceStatusUpdate> {
  return await vi.waitFor(async () => {
    const device = await deviceOf(serial);
    expect(device).toMatchObject({ state: "ready", health_status: "healthy" });
    if (device === undefined) throw new Error("no such device");
    return device;
  }, patient);
}

const run = (device: DeviceStatusUpdate, type: CommandType, params: object): Promise<CommandAck> =>
  runCommand(dashboard, device.device_id, type, params);

test("a granted phone is claimed without a click, says what it is, and takes commands", async () => {
  await plugPhones(1);
  const page = await openWorker();
  const device = await isReady(pixel);
  expect(device).toMatchObject({ model: "Pixel 8", manufacturer: "Google", android_version: "14" });
  await page.getByText("Ready", { exact: true }).waitFor();
  expect(await run(device, "shell", { shellCommand: "echo out; echo err >&2; exit 7" })).toMatchObject({
    status: "completed",
    result: { stdout: "out\n", stderr: "err\n", exit_code: 7 },
  });
  await run(device, "shell", { shellCommand: "am start -n com.android.settings/.Settings" });
  expect(await run(device, "keyevent", { keycode: 3 })).toMatchObject({ status: "completed" });
  const front = await run(device, "shell", { shellCommand: "dumpsys activity activities" });
  expect(JSON.stringify(front)).toContain("launcher");
});

/** Frames of the device, counted at a viewer of its own. */
async function watch(device: DeviceStatusUpdate) {
  const stream = await farm.connect("/stream");
  let frames = 0;
  stream.on("stream:frame", () => (frames += 1));
  const wish = { device_id: device.device_id, quality: "low", fps: 5, encoding: "binary" };
  expect(await stream.emitWithAck("stream:start", wish)).toMatchObject({ ok: true });
  return {
    async seesMore() {
      const before = frames;
      await vi.waitFor(() => expect(frames).toBeGreaterThan(before), patient);
    },
    close: () => stream.close(),
  };
}

/** Something happens on the screen again and again: a still one sends no frames. */
function keepMoving(device: DeviceStatusUpdate): () => void {
  let keycode = 24;
  const timer = setInterval(() => {
    keycode = keycode === 24 ? 25 : 24;
    dashboard.emit("command:send", {
      command_id: crypto.randomUUID(),
      device_id: device.device_id,
      command_type: "keyevent",
      params: { keycode },
    });
  }, 400);
  return () => clearInterval(timer);
}

test("a tap reaches the phone's own screen", async () => {
  await plugPhones(1);
  await openWorker();
  const device = await isReady(pixel);
  const dump = "uiautomator dump /sdcard/w.xml >/dev/null; cat /sdcard/w.xml";
  const before = JSON.stringify(await run(device, "shell", { shellCommand: dump }));
  const icon = /text=\\"Settings\\"[^>]*bounds=\\"\[(\d+),(\d+)\]\[(\d+),(\d+)\]/.exec(before);
  const [left, top, right, bottom] = icon?.slice(1).map(Number) ?? [];
  const x = Math.round(((left ?? 0) + (right ?? 0)) / 2);
  const y = Math.round(((top ?? 0) + (bottom ?? 0)) / 2);
  expect(await run(device, "tap", { x, y })).toMatchObject({ status: "completed" });
  await vi.waitFor(async () => {
    const after = JSON.stringify(await run(device, "shell", { shellCommand: dump }));
    expect(after).toContain("com.android.settings");
  }, patient);
});

test("a phone that is pulled while it is watched is told lost, and shows its picture again on replug", async () => {
  await plugPhones(1);
  await openWorker();
  const device = await isReady(pixel);
  const viewer = await watch(device);
  const stop = keepMoving(device);
  await viewer.seesMore();
  const pulledAt = performance.now();
  await phones.say("unplug 1");
  await vi.waitFor(
    () => expect(departures.at(-1)).toMatchObject({ serial_number: pixel, reason: "adb_lost" }),
    patient,
  );
  const lostMs = performance.now() - pulledAt;
  const pluggedAt = performance.now();
  await phones.say("plug 1");
  await viewer.seesMore();
  const backMs = performance.now() - pluggedAt;
  process.stdout.write(
    `pulled in mid-stream: lost after ${Math.round(lostMs)} ms, picture ${Math.round(backMs)} ms after replug\n`,
  );
  stop();
  viewer.close();
});

test("two workers that want the same phone: one has it, the other says so and takes over", async () => {
  await plugPhones(1);
  const first = await openWorker("desk-1");
  await isReady(pixel);
  const other = await browser.newContext();
  const second = await other.newPage();
  await second.goto(farm.workerUrl.replace("#", "?kiosk&pc_id=desk-2#"));
  await second.getByText("Another program or tab holds this phone").first().waitFor();
  await second.getByText("adb kill-server").first().waitFor();
  await first.close();
  await vi.waitFor(
    async () => {
      const { devices } = await listDevices(dashboard);
      expect(devices.find((each) => each.pc_id === "desk-2")).toMatchObject({ state: "ready" });
    },
    { timeout: 60_000, interval: 100 },
  );
  await other.close();
});

test("a tab that crashes leaves the phone to the next one", async () => {
  await plugPhones(1);
  const crashed = await openWorker();
  const device = await isReady(pixel);
  const viewer = await watch(device);
  await viewer.seesMore();
  // Never settles: there is no page left to answer.
  void crashed.goto("chrome://crash").catch(() => undefined);
  await vi.waitFor(
    () => expect(departures.at(-1)).toMatchObject({ serial_number: pixel, reason: "worker_offline" }),
    patient,
  );
  await openWorker();
  await isReady(pixel);
  await viewer.seesMore();
  viewer.close();
});

test("eight phones at once are ready and all shown", async () => {
  await plugPhones(8);
  const startedAt = performance.now();
  const page = await openWorker();
  // The sixth is the one that asks.
  await page.getByText("Tap “Allow” on the phone").first().waitFor();
  await phones.say("allow 6");
  await vi.waitFor(
    async () => {
      const { devices } = await listDevices(dashboard);
      expect(devices.filter(({ state }) => state === "ready")).toHaveLength(8);
    },
    { timeout: 60_000, interval: 50 },
  );
  const readyMs = performance.now() - startedAt;
  const { devices } = await listDevices(dashboard);
  const viewers = await Promise.all(
    devices.filter(({ state }) => state === "ready").map(async (device) => await watch(device)),
  );
  await Promise.all(viewers.map(async (viewer) => viewer.seesMore()));
  const shownMs = performance.now() - startedAt;
  process.stdout.write(
    `8 phones: all ready ${Math.round(readyMs)} ms after the page was opened, all shown after ${Math.round(shownMs)} ms\n`,
  );
  for (const viewer of viewers) viewer.close();
});

test("a phone that asks is let in by the touch on its screen, once: without “always” it asks again after a replug", async () => {
  await plugPhones(1, "--secure");
  const page = await openWorker();
  await page.getByText("Tap “Allow” on the phone").first().waitFor();
  await vi.waitFor(
    async () => expect(await deviceOf(pixel)).toMatchObject({ state: "authorizing" }),
    patient,
  );
  await phones.say("allow 1");
  await isReady(pixel);
  await phones.say("unplug 1");
  await vi.waitFor(() => expect(departures.at(-1)).toMatchObject({ reason: "adb_lost" }), patient);
  await phones.say("plug 1");
  await page.getByText("Tap “Allow” on the phone").first().waitFor();
});

test("20 times in a row a phone that is plugged in is ready, without a click", async () => {
  await plugPhones(1);
  await openWorker();
  await isReady(pixel);
  const readyMs: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const left = departures.length;
    await phones.say("unplug 1");
    await vi.waitFor(() => expect(departures.length).toBe(left + 1), patient);
    updates.length = 0;
    const pluggedAt = performance.now();
    await phones.say("plug 1");
    await vi.waitFor(() => expect(updates.at(-1)).toMatchObject({ state: "ready" }), patient);
    readyMs.push((updates.at(-1)?.atMs ?? Infinity) - pluggedAt);
  }
  process.stdout.write(
    `20 replugs: ready after ${Math.round(median(readyMs))} ms (median), ${Math.round(Math.max(...readyMs))} ms (worst)\n`,
  );
  expect(readyMs).toHaveLength(20);
});
