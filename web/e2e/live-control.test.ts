import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { RecordedTouch } from "../../phone/touch-record.ts";
import type { DeviceStatusUpdate } from "../../protocol/device.ts";
import type { Size } from "../../protocol/fields.ts";
import { launchBrowser } from "./browser.ts";
import { listDevices, openFarm, type Farm } from "./farm.ts";
import { runShell } from "./run-command.ts";

/** The phone in the operator's hand, through every real layer: what the dashboard did is what the phone's glass felt. */

let farm: Farm;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let dashboard: Socket;
let phones: DeviceStatusUpdate[];
const pageErrors: string[] = [];
/** A phone that turns starts its encoder anew. */
const slowly = { timeout: 30_000, interval: 50 };

beforeAll(async () => {
  farm = await openFarm();
  browser = await launchBrowser();
  context = await browser.newContext({
    viewport: { width: 1600, height: 1000 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  page = await context.newPage();
  page.on("pageerror", (error) => pageErrors.push(error.message));
  await page.goto(farm.demoUrl);
  dashboard = await farm.connect("/dashboard");
  await vi.waitFor(
    async () => {
      phones = (await listDevices(dashboard)).devices.filter(({ state }) => state === "ready");
      if (phones.length < 5) throw new Error(`only ${phones.length} are ready`);
    },
    { timeout: 60_000, interval: 100 },
  );
});

afterAll(async () => {
  await browser.close();
  await farm.close();
});

const screen = (): Locator => page.getByLabel(/^Screen of /);
const tileOf = ({ serial_number: serial }: DeviceStatusUpdate): Locator =>
  page.getByRole("article", { name: new RegExp(serial) });
const deskOf = ({ serial_number: serial }: DeviceStatusUpdate): Locator =>
  page.getByRole("group", { name: new RegExp(`desk.*${serial}`, "i") });

function phoneOf(model: string): DeviceStatusUpdate {
  const phone = phones.find((each) => each.model === model);
  if (phone === undefined) throw new Error(`no ${model}`);
  return phone;
}

async function shell(phone: DeviceStatusUpdate, line: string): Promise<string> {
  return (await runShell(dashboard, phone.device_id, line)).stdout;
}

const layoutOf = (phone: DeviceStatusUpdate): Promise<string> => shell(phone, "uiautomator dump /dev/tty");

/** What the phone's own glass felt, oldest first. */
async function touchesOf(phone: DeviceStatusUpdate): Promise<RecordedTouch[]> {
  const canvas = deskOf(phone).getByLabel(/own screen/);
  return JSON.parse((await canvas.getAttribute("data-touches")) ?? "[]") as RecordedTouch[];
}

/** Opens it in focus, under live control, with a picture of this orientation that is sharp enough to aim with. */
async function takeInHand(phone: DeviceStatusUpdate): Promise<void> {
  const isOpen = (await page.getByRole("heading", { name: phone.model ?? "", exact: true }).count()) > 0;
  if (!isOpen) await tileOf(phone).getByRole("button", { name: /^Open/ }).click();
  await page.getByLabel("Picture", { exact: true }).selectOption("720p");
  await page.getByRole("toolbar", { name: "Live control" }).and(page.locator(":enabled")).waitFor();
  // The picture that was there is replaced by one of the size that was asked for.
  await expect.poll(async () => shortEdge(await sizeOf("")), slowly).toBe(720);
}

function shortEdge({ width, height }: Size): number {
  return Math.min(width, height);
}

/** Of the picture, or of the display (`screen-`), as the page knows them. */
async function sizeOf(what: "" | "screen-"): Promise<Size> {
  const [width, height] = await Promise.all(
    ["width", "height"].map(async (side) => Number(await screen().getAttribute(`data-${what}${side}`))),
  );
  return { width: width ?? 0, height: height ?? 0 };
}

const displaySize = (): Promise<Size> => sizeOf("screen-");

async function at(x: number, y: number): Promise<[number, number]> {
  const box = await screen().boundingBox();
  if (box === null) throw new Error("the screen is not shown");
  return [box.x + x * box.width, box.y + y * box.height];
}

async function drag(from: [number, number], to: [number, number], steps = 20): Promise<void> {
  await page.mouse.move(...(await at(...from)));
  await page.mouse.down();
  const [start, end] = [await at(...from), await at(...to)];
  for (let step = 1; step <= steps; step += 1) {
    const part = step / steps;
    await page.mouse.move(start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part);
  }
  await page.mouse.up();
}

/** Corners and centre of the picture. */
const aims = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
  [0.5, 0.5],
] as const;

/** The outermost whole CSS pixel inside, as Chrome says where a mouse was pressed in whole ones. */
function pixelIn(start: number, length: number, share: number): number {
  const first = Math.ceil(start);
  const last = Math.ceil(start + length) - 1;
  return Math.round(first + (last - first) * share);
}

/** Taps corners and centre, and compares with what the glass felt. */
async function expectTapsToLand(phone: DeviceStatusUpdate, rotation: number): Promise<void> {
  await shell(phone, `wm user-rotation lock ${rotation}; am start -n com.tabfarm.sketch/.MainActivity`);
  const built = phone.screen ?? { width: 0, height: 0 };
  const display = rotation % 2 === 0 ? built : { width: built.height, height: built.width };
  await expect.poll(displaySize, slowly).toEqual(display);
  const box = await screen().boundingBox();
  if (box === null) throw new Error("the screen is not shown");
  for (const [xShare, yShare] of aims) {
    const mouse = { x: pixelIn(box.x, box.width, xShare), y: pixelIn(box.y, box.height, yShare) };
    const aimed = {
      x: Math.floor(((mouse.x - box.x) / box.width) * display.width),
      y: Math.floor(((mouse.y - box.y) / box.height) * display.height),
    };
    await page.mouse.click(mouse.x, mouse.y);
    const offBy = async (): Promise<number> => {
      const felt = (await touchesOf(phone)).at(-1);
      if (felt === undefined) return Infinity;
      // scrcpy cuts the fraction off.
      return Math.max(Math.abs(Math.floor(felt.x) - aimed.x), Math.abs(Math.floor(felt.y) - aimed.y));
    };
    await expect.poll(offBy, { timeout: 5000, interval: 20 }).toBeLessThanOrEqual(1);
  }
}

describe("[K10] taps land within a pixel of the display, at the corners and in the middle", () => {
  test.each([
    { model: "Pixel 8", rotations: [1, 2, 3, 0] },
    { model: "SM-S911B", rotations: [1, 0] },
    { model: "Redmi 9A", rotations: [3, 0] },
    { model: "moto g(7) power", rotations: [1, 0] },
    { model: "Lenovo TB-X606F", rotations: [3, 0] },
  ])("on a $model, turned by $rotations quarters", { timeout: 180_000 }, async ({ model, rotations }) => {
    const phone = phoneOf(model);
    await takeInHand(phone);
    for (const rotation of rotations) await expectTapsToLand(phone, rotation);
  });

  test("also where the page is zoomed and transformed", async () => {
    const phone = phoneOf("Pixel 8");
    await takeInHand(phone);
    await page.evaluate(() => {
      document.body.style.transform = "scale(0.83) translate(-31px, -17.5px)";
      document.documentElement.style.zoom = "1.1";
    });
    await expectTapsToLand(phone, 0);
    await page.evaluate(() => {
      document.body.style.transform = "";
      document.documentElement.style.zoom = "";
    });
  });
});

describe("[K21] by hand", () => {
  test("a drag is one line on the phone, with what lies between", async () => {
    const phone = phoneOf("Pixel 8");
    await takeInHand(phone);
    await shell(phone, "am force-stop com.tabfarm.sketch; am start -n com.tabfarm.sketch/.MainActivity");
    await drag([0.2, 0.3], [0.8, 0.7]);
    await expect.poll(() => layoutOf(phone), slowly).toContain('text="1 line"');
    const felt = (await touchesOf(phone)).at(-1);
    expect(felt?.moves).toBeGreaterThan(3);
  });

  test("Ctrl makes a pinch of it: two fingers, mirrored in the middle", async () => {
    const phone = phoneOf("Pixel 8");
    await page.keyboard.down("Control");
    await drag([0.4, 0.4], [0.2, 0.3]);
    await page.keyboard.up("Control");
    await expect.poll(() => layoutOf(phone), slowly).toContain('text="3 lines"');
    const [first, second] = (await touchesOf(phone)).slice(-2);
    const { width, height } = await displaySize();
    expect(Math.abs((first?.x ?? 0) + (second?.x ?? 0) - (width - 1))).toBeLessThanOrEqual(2);
    expect(Math.abs((first?.y ?? 0) + (second?.y ?? 0) - (height - 1))).toBeLessThanOrEqual(2);
    expect(second?.moves).toBeGreaterThan(3);
  });

  test("the wheel scrolls, the right button is Back, and the buttons below do what they say", async () => {
    const phone = phoneOf("Pixel 8");
    await shell(phone, "am start -n com.tabfarm.places/.MainActivity");
    const before = await layoutOf(phone);
    await page.mouse.move(...(await at(0.5, 0.5)));
    await page.mouse.wheel(0, 400);
    await expect.poll(() => layoutOf(phone), slowly).not.toBe(before);
    await page.mouse.click(...(await at(0.5, 0.5)), { button: "right" });
    await expect.poll(() => layoutOf(phone), slowly).not.toContain("com.tabfarm.places");
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    await expect.poll(async () => (await displaySize()).width, slowly).toBe(2400);
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    await expect.poll(async () => (await displaySize()).width, slowly).toBe(1080);
  });
});

describe("[K23] the keyboard", () => {
  test("types, edits and composes, in any language", async () => {
    const phone = phoneOf("Pixel 8");
    await takeInHand(phone);
    await shell(phone, "am force-stop com.tabfarm.notes; am start -n com.tabfarm.notes/.MainActivity");
    await page.getByRole("textbox", { name: /^Keyboard of/ }).focus();
    await page.keyboard.type("Hi!x");
    await page.keyboard.press("Backspace");
    // An input method: a syllable is composed, then it is done.
    const session = await context.newCDPSession(page);
    await session.send("Input.imeSetComposition", { text: "안녕", selectionStart: 2, selectionEnd: 2 });
    await session.send("Input.insertText", { text: "안녕하세요 🙂" });
    await session.detach();
    await expect.poll(() => layoutOf(phone), { timeout: 10_000 }).toContain('text="Hi!안녕하세요 🙂"');
  });

  test("[K24] shares both clipboards", async () => {
    const phone = phoneOf("Pixel 8");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    const here = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(here, { timeout: 10_000 }).toBe("Hi!안녕하세요 🙂");
    await page.evaluate(() => navigator.clipboard.writeText("from this computer — 한글"));
    await page.keyboard.press("Control+v");
    await expect.poll(() => layoutOf(phone), { timeout: 10_000 }).toContain("from this computer — 한글");
  });

  test("Escape leaves the phone", async () => {
    await page.keyboard.press("Escape");
    await expect
      .poll(() =>
        page.getByRole("textbox", { name: /^Keyboard of/ }).evaluate((box) => box === document.activeElement),
      )
      .toBe(false);
  });
});

describe("[K30] three phones together", () => {
  const models = ["Pixel 8", "Redmi 9A", "SM-S911B"];

  test("do what is done on the one in the hand, each on its own screen", async () => {
    const three = models.map(phoneOf);
    for (const phone of three) {
      await shell(phone, "am force-stop com.tabfarm.sketch; am start -n com.tabfarm.sketch/.MainActivity");
      await tileOf(phone).getByRole("checkbox").check();
    }
    await page.getByRole("button", { name: "Drive all selected (3)" }).click();
    const banner = page.getByRole("region", { name: "Driven together" });
    await banner.getByText("Driving 3 phones together.").waitFor();
    await takeInHand(phoneOf("Pixel 8"));
    await drag([0.25, 0.5], [0.75, 0.5]);
    for (const phone of three) {
      await expect.poll(() => layoutOf(phone), slowly).toContain('text="1 line"');
      const { width = 0, height = 0 } = phone.screen ?? {};
      const feltAt = async (): Promise<string> => {
        const { x, y } = (await touchesOf(phone)).at(-1) ?? { x: 0, y: 0 };
        return `${(x / width).toFixed(2)}, ${(y / height).toFixed(2)}`;
      };
      await expect.poll(feltAt, slowly).toBe("0.25, 0.50");
    }
  });

  test("[K31] tell which of them shows another screen", async () => {
    const strayed = phoneOf("Redmi 9A");
    await expect.poll(() => tileOf(strayed).getByText("Follows").count(), { timeout: 10_000 }).toBe(1);
    await shell(strayed, "input keyevent KEYCODE_HOME");
    await tileOf(strayed).getByText("Another screen").waitFor();
    const banner = page.getByRole("region", { name: "Driven together" });
    await banner.getByText("1 on another screen").waitFor();
    await banner.getByRole("button", { name: "Leave it out" }).click();
    await banner.getByText("Driving 2 phones together.").waitFor();
    await page.getByRole("button", { name: "Stop driving together" }).click();
    await banner.waitFor({ state: "detached" });
  });
});

test("nothing went wrong in the page", () => {
  expect(pageErrors).toEqual([]);
});
