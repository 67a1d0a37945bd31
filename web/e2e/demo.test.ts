import type { Browser, Locator, Page } from "playwright-core";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { DeviceDisconnected, DeviceStatusUpdate } from "../../protocol/device.ts";
import { launchBrowser } from "./browser.ts";
import { listDevices, openFarm, type Farm } from "./farm.ts";
import { runShell } from "./run-command.ts";
import { findTouchMark, pictureHash, type Point } from "./touch-mark.ts";

/** The product's main job through every real layer: the phone on its desk, and the operator at the dashboard. */

let farm: Farm;
let browser: Browser;
let page: Page;
let dashboard: Socket;
let phone: DeviceStatusUpdate;
const pageErrors: string[] = [];

beforeAll(async () => {
  farm = await openFarm();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.on("pageerror", (error) => pageErrors.push(error.message));
  await page.goto(farm.demoUrl);
  dashboard = await farm.connect("/dashboard");
  phone = await vi.waitFor(
    async () => {
      const { devices } = await listDevices(dashboard);
      const pixel = devices.find((device) => device.state === "ready" && device.model === "Pixel 8");
      if (pixel === undefined) throw new Error(`not ready: ${JSON.stringify(devices)}`);
      return pixel;
    },
    { timeout: 60_000, interval: 100 },
  );
});

afterAll(async () => {
  await browser.close();
  await farm.close();
});

const tileOf = (serial: string): Locator => page.getByRole("article", { name: new RegExp(serial) });
const deskOf = (serial: string): Locator =>
  page.getByRole("group", { name: new RegExp(`desk.*${serial}`, "i") });
const screen = (): Locator => page.getByLabel(/^Screen of /);

async function displaySize(): Promise<{ width: number; height: number }> {
  const [width, height] = await Promise.all(
    ["width", "height"].map(async (side) => Number(await screen().getAttribute(`data-screen-${side}`))),
  );
  return { width: width ?? 0, height: height ?? 0 };
}

async function isLandscape(): Promise<boolean> {
  const { width, height } = await displaySize();
  return width > height;
}

async function openFocus(): Promise<void> {
  if ((await screen().count()) === 0)
    await tileOf(phone.serial_number).getByRole("button", { name: /^Open/ }).click();
  await expect
    .poll(async () => Number(await screen().getAttribute("data-frames")), { timeout: 20_000 })
    .toBeGreaterThan(0);
}

/** Where the operator clicks, as fractions of the picture. */
async function tapAt(at: Point): Promise<void> {
  const box = await screen().boundingBox();
  if (box === null) throw new Error("the screen is not shown");
  await page.mouse.click(box.x + at.x * box.width, box.y + at.y * box.height);
}

async function expectMarkAt(canvas: Locator, at: Point): Promise<void> {
  const display = await displaySize();
  let found: Point | undefined;
  await expect
    .poll(async () => (found = await findTouchMark(canvas)), { timeout: 5000, interval: 30 })
    .toBeDefined();
  const off = {
    x: Math.abs((found?.x ?? 0) - at.x) * display.width,
    y: Math.abs((found?.y ?? 0) - at.y) * display.height,
  };
  expect(off, "device pixels off").toEqual({ x: expect.closeTo(0, -1.3), y: expect.closeTo(0, -1.3) });
}

async function expectNoMark(canvas: Locator): Promise<void> {
  await expect.poll(() => findTouchMark(canvas), { timeout: 5000, interval: 50 }).toBeUndefined();
}

test("a tile shows a picture that changes", async () => {
  const picture = tileOf(phone.serial_number).locator(".picture");
  await expect.poll(() => pictureHash(picture), { timeout: 20_000 }).not.toBe(0);
  const before = await pictureHash(picture);
  await runShell(dashboard, phone.device_id, "am start -n com.tabfarm.motion/.MainActivity");
  await expect.poll(() => pictureHash(picture), { timeout: 20_000 }).not.toBe(before);
  await runShell(dashboard, phone.device_id, "input keyevent KEYCODE_HOME");
});

describe("a tap in focus lands where it was aimed, in device pixels", () => {
  test("portrait", () => expectTapsToLand());

  test("landscape", async () => {
    const turn = deskOf(phone.serial_number).getByRole("button", { name: /^Turn/ });
    await openFocus();
    await turn.click();
    await expect.poll(isLandscape, { timeout: 10_000 }).toBe(true);
    await expectTapsToLand();
    await turn.click();
    await expect.poll(isLandscape, { timeout: 10_000 }).toBe(false);
  });
});

async function expectTapsToLand(): Promise<void> {
  await openFocus();
  const desk = deskOf(phone.serial_number).locator("canvas");
  for (const at of [
    { x: 0.5, y: 0.42 },
    { x: 0.12, y: 0.86 },
    { x: 0.9, y: 0.3 },
  ]) {
    await runShell(dashboard, phone.device_id, "input keyevent KEYCODE_HOME");
    await expectNoMark(screen());
    await expectNoMark(desk);
    // The phone's own screen is the truth; the focus view must agree with it.
    const seen = Promise.all([expectMarkAt(desk, at), expectMarkAt(screen(), at)]);
    await tapAt(at);
    await seen;
  }
}

test("안녕하세요 🙂 typed in the dashboard appears in the phone's text field", async () => {
  await openFocus();
  await runShell(dashboard, phone.device_id, "am start -n com.tabfarm.notes/.MainActivity");
  const field = /class="android.widget.EditText"[^>]*bounds="\[(\d+),(\d+)\]\[(\d+),(\d+)\]"/;
  let bounds: number[] = [];
  await expect
    .poll(async () => {
      const found = field.exec(
        (await runShell(dashboard, phone.device_id, "uiautomator dump /dev/tty")).stdout,
      );
      bounds = found?.slice(1).map(Number) ?? [];
      return bounds.length;
    })
    .toBe(4);
  const [left = 0, top = 0, right = 0, bottom = 0] = bounds;
  const { width, height } = await displaySize();
  await tapAt({ x: (left + right) / 2 / width, y: (top + bottom) / 2 / height });
  await page.getByLabel("Text to type").fill("안녕하세요 🙂");
  await page.getByRole("button", { name: "Type", exact: true }).click();
  await expect
    .poll(async () => (await runShell(dashboard, phone.device_id, "uiautomator dump /dev/tty")).stdout, {
      timeout: 15_000,
    })
    .toContain('text="안녕하세요 🙂"');
});

test("[C7] the shell box shows stdout, stderr and the exit code", async () => {
  await openFocus();
  await page.getByLabel("Shell command").fill("echo out; ls /nowhere; false");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const output = page.getByLabel("Shell output");
  await output.getByText("exit 1", { exact: true }).waitFor();
  expect(await output.getByTestId("stdout").textContent()).toBe("out\n");
  expect(await output.getByTestId("stderr").textContent()).toContain("/nowhere: No such file or directory");
  const result = await runShell(dashboard, phone.device_id, "getprop ro.product.model; no-such-command");
  expect(result.stdout).toBe(`${phone.model}\n`);
  expect(result.stderr).toContain("not found");
  expect(result.exit_code).toBe(127);
});

test("[C7] a screenshot is a PNG of the device's full size, and can be downloaded", async () => {
  await openFocus();
  await page.getByRole("button", { name: "Screenshot", exact: true }).click();
  const download = page.waitForEvent("download");
  await page
    .getByRole("link", { name: /Download/ })
    .or(page.getByRole("button", { name: /Download/ }))
    .first()
    .click();
  const stream = await (await download).createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  const png = Buffer.concat(chunks);
  expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  // IHDR: width and height, big-endian.
  expect({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) }).toEqual(phone.screen);
});

test("[B4] a pulled cable reaches the dashboard within a second, and a replug brings the picture back without a click", async () => {
  const desk = deskOf(phone.serial_number);
  const picture = tileOf(phone.serial_number).locator(".picture");
  const gone = new Promise<DeviceDisconnected & { at: number }>((resolve) => {
    dashboard.on("device:disconnected", (event: DeviceDisconnected) =>
      resolve({ ...event, at: performance.now() }),
    );
  });
  const pulledAt = performance.now();
  await desk.getByRole("button", { name: /^Unplug/ }).click();
  expect(await gone).toMatchObject({ device_id: phone.device_id, reason: "adb_lost" });
  expect((await gone).at - pulledAt).toBeLessThan(1000);

  const frames = async (): Promise<number> => Number(await picture.getAttribute("data-frames"));
  const framesBefore = await frames();
  await desk.getByRole("button", { name: /^Plug/ }).click();
  const pluggedAt = performance.now();
  await expect.poll(frames, { timeout: 5000 }).toBeGreaterThan(framesBefore);
  expect(performance.now() - pluggedAt).toBeLessThan(5000);
});

/** Where "Allow" is in the dialog, as fractions of that phone's screen. */
const allowButton = { x: 0.786, y: 0.619 };

test("a phone that asks for permission is ready after a touch on its own screen", async () => {
  const asking = (await listDevices(dashboard)).devices.find((device) => device.state === "authorizing");
  expect(asking).toMatchObject({ problem: { code: "AUTH_PENDING" } });
  const serial = asking?.serial_number ?? "";
  const screen = deskOf(serial).locator("canvas");
  const box = await screen.boundingBox();
  if (box === null) throw new Error("the phone's own screen is not shown");
  await screen.click({ position: { x: allowButton.x * box.width, y: allowButton.y * box.height } });
  const state = async (): Promise<string | undefined> =>
    (await listDevices(dashboard)).devices.find((device) => device.serial_number === serial)?.state;
  await expect.poll(state, { timeout: 10_000 }).toBe("ready");
});

test("nothing went wrong in the page", () => {
  expect(pageErrors).toEqual([]);
});
