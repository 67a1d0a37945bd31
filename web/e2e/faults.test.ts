import type { Browser, Locator, Page } from "playwright-core";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { DeviceStatusUpdate } from "../../protocol/device.ts";
import { launchBrowser } from "./browser.ts";
import { listDevices, openFarm, type Farm } from "./farm.ts";
import { statusWords, watchPhones, type PhoneWatch, type Said } from "./phone-watch.ts";
import { runCommand, runShell } from "./run-command.ts";

/** What a phone can do to us, one fault after another: what the dashboard shows, what the worker says, how it ends. */

const pixel = "3B031JEHN00042";
const samsung = "R5CW30ABCDE";
const redmi = "8d1f0c7e";
const moto = "ZY22D7KXQ9";
const lenovo = "HA1V6L2P";
/** Asks before it lets a computer in. */
const onePlus = "9c7e21d40a6b";

/** Generous: what takes long is the ladder of a phone that hangs for good. */
const patient = { timeout: 120_000, interval: 100 };
vi.setConfig({ testTimeout: 180_000 });

let farm: Farm;
let browser: Browser;
let page: Page;
let dashboard: Socket;
let watch: PhoneWatch;
const pageErrors: string[] = [];
const table: string[][] = [["fault", "dashboard shows", "worker says", "recovered by", "after s"]];
/** Two phones hang from the start, because the ladder takes its time: one until it is reset, one until it is replugged. */
let hungSinceMs = 0;

const tileOf = (serial: string): Locator => page.getByRole("article", { name: new RegExp(`${serial}$`) });
const rowOf = (serial: string): Locator => page.locator(`li.phone[aria-label$=" ${serial}"]`);
const deskOf = (serial: string): Locator => page.getByRole("group", { name: new RegExp(`desk.*${serial}$`) });

async function deviceOf(serial: string): Promise<DeviceStatusUpdate | undefined> {
  return (await listDevices(dashboard)).devices.find((device) => device.serial_number === serial);
}

async function idOf(serial: string): Promise<string> {
  const device = await deviceOf(serial);
  if (device === undefined) throw new Error(`no device ${serial}`);
  return device.device_id;
}

/** What is broken is broken on the desk, as a visitor of the demo would. */
async function breakIt(serial: string, words: string): Promise<number> {
  await watch.forget(serial);
  await deskOf(serial)
    .getByRole("combobox", { name: /^Break/ })
    .selectOption(words);
  return performance.now();
}

async function mend(serial: string): Promise<number> {
  await deskOf(serial).getByRole("button", { name: /^Mend/ }).click();
  return performance.now();
}

async function plugIn(serial: string): Promise<number> {
  await deskOf(serial)
    .getByRole("button", { name: /^Plug in/ })
    .click();
  return performance.now();
}

const tapAllow = (serial: string): Promise<void> =>
  deskOf(serial)
    .getByRole("button", { name: /^Tap “Allow”/ })
    .click();

/** The words have been there, on each side, since the phone was broken; of the relay's, they may also be there now. */
async function expectSaid(serial: string, expected: Said): Promise<void> {
  const missing = async (): Promise<unknown> => {
    const said = await watch.said(serial);
    const now = await deviceOf(serial);
    if (now !== undefined) said.relay.push(statusWords(now));
    return (["tile", "worker", "relay"] as const).flatMap((side) =>
      expected[side].filter((words) => !said[side].some((each) => each.includes(words))),
    );
  };
  await expect.poll(missing, patient).toEqual([]);
}

async function expectReady(serial: string): Promise<void> {
  const now = async (): Promise<unknown> => ({
    ...(await deviceOf(serial)),
    tile: await tileOf(serial).locator(".badge").first().textContent(),
    worker: await rowOf(serial).locator(".badge").first().textContent(),
  });
  await expect
    .poll(now, patient)
    .toMatchObject({ state: "ready", health_status: "healthy", tile: "Ready", worker: "Ready" });
  expect((await deviceOf(serial))?.problem).toBeUndefined();
}

const framesOf = async (serial: string): Promise<number> =>
  Number(await tileOf(serial).locator(".picture").getAttribute("data-frames"));

/** A change on the phone's screen reaches its tile. */
async function expectLive(serial: string): Promise<void> {
  const before = await framesOf(serial);
  const turn = deskOf(serial).getByRole("button", { name: /^Turn/ });
  await turn.click();
  await expect.poll(() => framesOf(serial), patient).toBeGreaterThan(before);
  await turn.click();
}

function record(
  fault: string,
  said: Said,
  recoveredBy: string,
  sinceMs: number,
  backMs = performance.now(),
): void {
  table.push([
    fault,
    [...said.tile, ...said.relay.map((words) => `(${words})`)].join(", "),
    said.worker.join(", "),
    recoveredBy,
    ((backMs - sinceMs) / 1000).toFixed(1),
  ]);
}

beforeAll(async () => {
  farm = await openFarm();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 2400, height: 1400 } });
  page.on("pageerror", (error) => pageErrors.push(error.message));
  await page.goto(farm.demoUrl);
  dashboard = await farm.connect("/dashboard");
  watch = await watchPhones(page, dashboard);
});

afterAll(async () => {
  await browser.close();
  await farm.close();
  const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  const lines = table.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | "));
  process.stdout.write(`\n${lines.join("\n")}\n\n`);
});

test("five phones are ready and live, and two of them hang from now on", async () => {
  for (const serial of [pixel, samsung, redmi, moto, lenovo]) {
    await expectReady(serial);
    await expect.poll(() => framesOf(serial), patient).toBeGreaterThan(0);
  }
  hungSinceMs = await breakIt(moto, "zombie replug");
  await breakIt(redmi, "zombie");
});

// Early: it is over within two seconds, and a worker that has told much of late tells of such a trouble later, thus never.
test("encoder-fails: a size that cannot be encoded is replaced by another without a click", async () => {
  const said: Said = {
    tile: ["Attention", "The screen cannot be mirrored"],
    worker: ["Ready, with a problem", "The screen cannot be mirrored"],
    relay: ["ready healthy SCREEN_FAILED"],
  };
  const sinceMs = await breakIt(samsung, "encoder-fails");
  await deskOf(samsung).getByRole("button", { name: /^Turn/ }).click();
  await expectSaid(samsung, said);
  await expectReady(samsung);
  record("encoder fails at one size", said, "another size", sinceMs);
  await expectLive(samsung);
  await mend(samsung);
});

test("pending: a locked phone waits for a person, and is ready after a tap on “Allow”", async () => {
  const said: Said = {
    tile: ["Attention", "Tap “Allow” on the phone"],
    worker: ["Asking the phone", "Tap “Allow” on the phone"],
    relay: ["authorizing zombie AUTH_PENDING"],
  };
  await breakIt(onePlus, "pending");
  await expectSaid(onePlus, said);
  // "Unlock the phone."
  const sinceMs = await mend(onePlus);
  await tapAllow(onePlus);
  await expectReady(onePlus);
  record("authorisation pending", said, "unlock, tap Allow", sinceMs);
});

test("refused: who is refused is told how to be asked again", async () => {
  const said: Said = {
    tile: ["Attention", "Tap “Allow” on the phone"],
    worker: ["Asking the phone", "Tap “Allow” on the phone"],
    relay: ["authorizing zombie AUTH_PENDING"],
  };
  await breakIt(onePlus, "refused");
  await expectSaid(onePlus, said);
  const sinceMs = await mend(onePlus);
  // "No question there? … press “Try again”."
  await rowOf(onePlus).getByRole("button", { name: /^Try/ }).click();
  await tapAllow(onePlus);
  await expectReady(onePlus);
  record("authorisation refused", said, "Try again, tap Allow", sinceMs);
});

test("forgotten: a phone that knew this computer asks again", async () => {
  const said: Said = {
    tile: ["Attention", "Tap “Allow” on the phone"],
    worker: ["Asking the phone", "Tap “Allow” on the phone"],
    relay: ["authorizing zombie AUTH_PENDING"],
  };
  const sinceMs = await breakIt(lenovo, "forgotten");
  await expectSaid(lenovo, said);
  await tapAllow(lenovo);
  await expectReady(lenovo);
  record("authorisation forgotten", said, "tap Allow", sinceMs);
});

test("held: another program is named as the cause, and when it lets go the phone is back without a click", async () => {
  const said: Said = {
    tile: ["Attention", "Another program or tab holds this phone"],
    worker: ["Not connected", "Another program or tab holds this phone"],
    relay: ["unclaimed zombie IN_USE"],
  };
  await breakIt(samsung, "held");
  await expectSaid(samsung, said);
  const sinceMs = await mend(samsung);
  await expectReady(samsung);
  record("interface busy", said, "itself, once it is free", sinceMs);
});

test("unplug-after: a cable that falls out in mid-transfer fails what ran, and a replug is ready without a click", async () => {
  const said: Said = {
    tile: ["Offline", "Unplugged"],
    worker: ["Lost", "The phone is unplugged"],
    relay: [],
  };
  const id = await idOf(pixel);
  await breakIt(pixel, "unplug-after");
  const fallsOut = async (): Promise<string | undefined> => {
    const { status, error } = await runCommand(dashboard, id, "screenshot", {});
    return status === "failed" ? error : undefined;
  };
  await expect.poll(fallsOut, patient).toMatch(/unplugged/);
  await expectSaid(pixel, said);
  expect(await deviceOf(pixel)).toMatchObject({ health_status: "offline" });
  const sinceMs = await plugIn(pixel);
  await expectReady(pixel);
  await expectLive(pixel);
  record("unplug after byte N", said, "a replug", sinceMs);
});

test.each([
  ["wrong-magic", "wrong magic", pixel, /BrokenPacketError: no header/],
  ["wrong-length", "wrong length", samsung, /BrokenPacketError: \d+ bytes came where \d+ were announced/],
  ["short-read", "short read", lenovo, /BrokenPacketError: \d+ bytes came where \d+ were announced/],
])(
  "%s: what runs fails with it, and the phone is claimed anew without a click",
  async (words, name, serial, why) => {
    const said: Said = {
      tile: ["Ready"],
      worker: ["Recovery: claimed again 1×"],
      relay: ["ready healthy"],
    };
    const id = await idOf(serial);
    const sinceMs = await breakIt(serial, words);
    const { status, error } = await runCommand(dashboard, id, "shell", { shellCommand: "getprop" });
    expect({ status, error }).toEqual({ status: "failed", error: expect.stringMatching(why) });
    await expectSaid(serial, said);
    await expectReady(serial);
    record(`${name}: ${error?.slice(0, 72)}`, said, "the ladder: claimed again", sinceMs);
    await expectLive(serial);
  },
);

test("scrcpy-dies: the screen is said to be gone, commands work on, and the picture is back by itself", async () => {
  const said: Said = {
    tile: ["Attention", "The screen cannot be mirrored"],
    worker: ["Ready, with a problem", "The screen cannot be mirrored"],
    relay: ["ready healthy SCREEN_FAILED"],
  };
  const id = await idOf(samsung);
  await breakIt(samsung, "scrcpy-dies");
  await expectSaid(samsung, said);
  expect(await runShell(dashboard, id, "echo works")).toMatchObject({ stdout: "works\n" });
  const sinceMs = await mend(samsung);
  await expectReady(samsung);
  record("scrcpy server dies", said, "starting it again", sinceMs);
  await expectLive(samsung);
});

test("disk-full: a phone that has no room for the scrcpy server says so, and mirrors once there is", async () => {
  const said: Said = {
    tile: ["Attention", "The screen cannot be mirrored"],
    worker: ["Ready, with a problem", "The screen cannot be mirrored"],
    relay: ["ready healthy SCREEN_FAILED"],
  };
  const id = await idOf(lenovo);
  await runShell(dashboard, id, "rm /data/local/tmp/tabfarm-scrcpy-server.jar");
  await breakIt(lenovo, "disk-full");
  await deskOf(lenovo)
    .getByRole("combobox", { name: /^Break/ })
    .selectOption("scrcpy-dies");
  await expectSaid(lenovo, said);
  await expect.poll(() => rowOf(lenovo).textContent(), patient).toContain("No space left on device");
  const sinceMs = await mend(lenovo);
  await expectReady(lenovo);
  record("full disk on push", said, "trying again", sinceMs);
  await expectLive(lenovo);
});

test("clock-jump: a phone's clock is nobody's business", async () => {
  const said: Said = { tile: ["Ready"], worker: ["Ready"], relay: [] };
  const id = await idOf(pixel);
  const sinceMs = await breakIt(pixel, "clock-jump");
  const { stdout } = await runShell(dashboard, id, "date +%s");
  expect(Number(stdout)).toBeGreaterThan(Date.now() / 1000 + 86_000);
  await expectLive(pixel);
  await expectReady(pixel);
  expect((await watch.said(pixel)).tile).not.toContain("Attention");
  record("clock jump", said, "nothing to do", sinceMs);
  await mend(pixel);
});

test("slow: a phone that answers late is slow, not dead", async () => {
  const said: Said = {
    tile: ["Attention", "The phone answers slowly"],
    worker: ["Ready, with a problem", "The phone answers slowly"],
    relay: ["ready healthy SLOW"],
  };
  const id = await idOf(lenovo);
  // Its pictures need more than the cable carries.
  await runShell(dashboard, id, "am start -n com.tabfarm.motion/.MainActivity");
  await breakIt(lenovo, "slow 1000");
  await expectSaid(lenovo, said);
  const sinceMs = await mend(lenovo);
  await expectReady(lenovo);
  expect((await watch.said(lenovo)).relay.join()).not.toContain("zombie");
  record("slow USB", said, "itself", sinceMs);
  await runShell(dashboard, id, "input keyevent KEYCODE_HOME");
});

test("duplicate-serial: two phones with one number are two phones", async () => {
  const said: Said = { tile: ["Ready"], worker: ["Ready"], relay: ["ready healthy"] };
  const twin = `${pixel}-2`;
  const sinceMs = await breakIt(lenovo, "duplicate-serial");
  await expectReady(twin);
  await expectReady(pixel);
  expect((await deviceOf(twin))?.model).toBe("Lenovo TB-X606F");
  record("duplicate serial number", said, "a number of its own", sinceMs);
  await mend(lenovo);
  await expectReady(lenovo);
});

test("reboot: a phone that reboots is back without a click", async () => {
  const said: Said = {
    tile: ["Offline", "Unplugged"],
    worker: ["Lost", "The phone is unplugged"],
    relay: [],
  };
  const sinceMs = await breakIt(samsung, "reboot");
  await expectSaid(samsung, said);
  await expectReady(samsung);
  record("reboot", said, "itself", sinceMs);
  await expectLive(samsung);
});

test("zombie: a phone that stops answering is got back by a USB reset, without a click", async () => {
  const said: Said = {
    tile: ["Attention", "The phone does not answer"],
    worker: ["Does not answer", "Claim it again", "Recovery: claimed again 1×, USB reset 1×"],
    relay: ["zombie ADB_TIMEOUT"],
  };
  await expectSaid(redmi, said);
  await expectReady(redmi);
  record("zombie, cured by a reset", said, "the ladder: USB reset", hungSinceMs, watch.readyAtMs(redmi));
  await expectLive(redmi);
});

test("zombie replug: what no rung of the ladder brings back asks for a person, who replugs it", async () => {
  const said: Said = {
    tile: ["Attention", "The phone needs a person"],
    worker: ["Does not answer", "Needs a person", "The phone needs a person"],
    relay: ["unclaimed zombie NEEDS_PERSON"],
  };
  await expectSaid(moto, said);
  await deskOf(moto)
    .getByRole("button", { name: /^Unplug/ })
    .click();
  const sinceMs = await plugIn(moto);
  await expectReady(moto);
  record("zombie, cured by a replug", said, "a replug", sinceMs);
});

test("nothing went wrong in the page", () => {
  expect(pageErrors).toEqual([]);
});
