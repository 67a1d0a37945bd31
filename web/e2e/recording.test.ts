import { readFile } from "node:fs/promises";
import { unzipSync } from "fflate";
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from "mediabunny";
import type { Browser, Download, Locator, Page } from "playwright-core";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { DeviceStatusUpdate } from "../../protocol/device.ts";
import { launchBrowser } from "./browser.ts";
import { listDevices, openFarm, type Farm } from "./farm.ts";
import { runShell } from "./run-command.ts";

// Five phones, a worker and a dashboard share the machine's cores with whatever else runs.
vi.setConfig({ testTimeout: 120_000 });

/** What a dashboard keeps and plays, through every real layer: from a phone's encoder to a file on this machine. */

let farm: Farm;
let browser: Browser;
let page: Page;
let dashboard: Socket;
let phones: DeviceStatusUpdate[];
let phone: DeviceStatusUpdate;
const complaints: string[] = [];

beforeAll(async () => {
  farm = await openFarm();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, acceptDownloads: true });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.addInitScript(listenToLoudspeaker);
  await page.goto(farm.demoUrl);
  dashboard = await farm.connect("/dashboard");
  phones = await vi.waitFor(
    async () => {
      const { devices } = await listDevices(dashboard);
      const ready = devices.filter((device) => device.state === "ready");
      expect(ready.length).toBeGreaterThanOrEqual(5);
      return ready;
    },
    { timeout: 60_000, interval: 200 },
  );
  const pixel = phones.find((device) => device.model === "Pixel 8");
  if (pixel === undefined) throw new Error("no Pixel 8");
  phone = pixel;
});

afterAll(async () => {
  await browser.close();
  await farm.close();
});

/** What one test has left is nothing to the next. */
beforeEach(async () => {
  for (const name of ["Stop", "Discard recording"]) {
    const buttons = tray().getByRole("button", { name, exact: true });
    while ((await buttons.count()) > 0) {
      const left = await buttons.count();
      await buttons.first().click();
      await expect.poll(() => buttons.count(), { timeout: 15_000 }).toBeLessThan(left);
    }
  }
  const close = page.getByRole("button", { name: "Close focus" });
  if ((await close.count()) > 0) await close.click();
});

/** In the page: what goes to the loudspeaker goes to an analyser too. */
function listenToLoudspeaker(): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this`
  const connect = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode) => AudioNode;
  Object.assign(AudioNode.prototype, {
    connect(this: AudioNode, to: AudioNode) {
      if (to instanceof AudioDestinationNode) {
        const analyser = new AnalyserNode(to.context, { fftSize: 16_384, smoothingTimeConstant: 0 });
        connect.call(this, analyser);
        Object.assign(globalThis, { heard: analyser });
      }
      return connect.call(this, to);
    },
  });
}

/** The loudest frequency at the loudspeaker, Hz; 0 when it is quiet. */
function loudest(): Promise<number> {
  return page.evaluate(() => {
    const { heard } = globalThis as unknown as { heard?: AnalyserNode };
    if (heard === undefined) return 0;
    const decibels = new Float32Array(heard.frequencyBinCount);
    heard.getFloatFrequencyData(decibels);
    const top = decibels.reduce((best, each, at) => (each > (decibels[best] ?? -Infinity) ? at : best), 0);
    return (decibels[top] ?? -Infinity) < -60 ? 0 : (top * heard.context.sampleRate) / heard.fftSize;
  });
}

const tileOf = (device: DeviceStatusUpdate): Locator =>
  page.getByRole("article", { name: new RegExp(device.serial_number) });
const focus = (): Locator => page.getByRole("region", { name: /^Focus on/ });
const tray = (): Locator => page.getByRole("region", { name: "Recordings" });
const shell = (line: string) => runShell(dashboard, phone.device_id, line);

async function openFocus(): Promise<void> {
  await tileOf(phone).getByRole("button", { name: /^Open/ }).click();
  await focus().getByRole("button", { name: "Record", exact: true }).waitFor();
}

/** Waits until it is so long, as its line tells. */
async function waitForSeconds(recorded: Locator, seconds: number): Promise<void> {
  // The line's alone: in the text of the whole the phone's number runs into the minutes.
  const words = recorded.locator(".recording-words");
  await expect
    .poll(
      async () => {
        const [, minutes, rest] = /(\d+):(\d\d) ·/.exec(await words.innerText()) ?? [];
        return Number(minutes ?? 0) * 60 + Number(rest ?? 0);
      },
      { timeout: 45_000 },
    )
    .toBeGreaterThanOrEqual(seconds);
}

async function bytesOf(download: Promise<Download>): Promise<Buffer> {
  return readFile(await (await download).path());
}

/** The MP4s of a recording: a busy machine lowers the size of the video, and another size is another file. */
async function mp4sOf(download: Promise<Download>): Promise<Uint8Array[]> {
  const bytes = await bytesOf(download);
  const name = (await download).suggestedFilename();
  expect(name).toMatch(/^Pixel-8.*_\d{8}-\d{6}\.(mp4|zip)$/);
  return name.endsWith(".zip") ? Object.values(unzipSync(bytes)) : [bytes];
}

async function openMp4(bytes: Uint8Array) {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const video = await input.getPrimaryVideoTrack();
  if (video === null) throw new Error("no video in it");
  const times: number[] = [];
  for await (const packet of new EncodedPacketSink(video).packets()) times.push(packet.timestamp);
  const audio = await input.getPrimaryAudioTrack();
  const { displayWidth: width, displayHeight: height } = video;
  return { width, height, times, audio, seconds: await input.computeDuration() };
}

/** What a browser's own player makes of it, on a page that knows nothing of ours. */
async function play(bytes: Uint8Array) {
  const judge = await browser.newPage();
  const base64 = Buffer.from(bytes).toString("base64");
  const played = await judge.evaluate(async (base64) => {
    const video = document.createElement("video");
    video.muted = true;
    video.playbackRate = 2;
    const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    video.src = URL.createObjectURL(new Blob([data], { type: "video/mp4" }));
    const end = new Promise<string>((resolve) => {
      video.addEventListener("ended", () => resolve("ended"));
      video.addEventListener("error", () => resolve(video.error?.message ?? "error"));
    });
    await video.play();
    return { end: await end, width: video.videoWidth, seconds: video.currentTime };
  }, base64);
  await judge.close();
  return played;
}

test("[Q1] the screenshots of three phones are one zip of three PNGs", async () => {
  const three = phones.slice(0, 3);
  for (const device of three) {
    await tileOf(device).hover();
    await tileOf(device)
      .getByRole("checkbox", { name: /^Select/ })
      .check();
  }
  await page.getByRole("button", { name: "Screenshot on selected" }).click();
  const save = page
    .getByRole("region", { name: "Results" })
    .getByRole("button", { name: "Download 3 as zip" });
  await save.waitFor({ timeout: 60_000 });
  const download = page.waitForEvent("download");
  await save.click();
  const files = unzipSync(await bytesOf(download));
  expect((await download).suggestedFilename()).toMatch(/^screenshots_\d{8}-\d{6}\.zip$/);
  for (const { serial_number: serial, screen } of three) {
    const name = Object.keys(files).find((name) => name.includes(serial));
    expect(name).toMatch(/_\d{8}-\d{6}\.png$/);
    const png = Buffer.from(files[name ?? ""] ?? []);
    expect({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) }).toEqual(screen);
  }
  expect(Object.keys(files)).toHaveLength(3);
  await page.getByRole("button", { name: "Clear selection" }).click();
  await page.getByRole("button", { name: "Close results" }).click();
});

test("[Q2, Q7] five seconds of a moving phone are an MP4 that plays, also when nobody looks meanwhile", async () => {
  await shell("am start -n com.tabfarm.motion/.MainActivity");
  await openFocus();
  await focus().getByRole("button", { name: "Record", exact: true }).click();
  const recorded = tray().getByRole("group", { name: new RegExp(phone.serial_number) });
  await waitForSeconds(recorded, 1);
  await tileOf(phone)
    .getByText(/^Recording/)
    .waitFor();
  await page.getByRole("button", { name: "Close focus" }).click();
  await waitForSeconds(recorded, 5);
  await recorded.getByRole("button", { name: "Stop" }).click();
  const download = page.waitForEvent("download");
  await recorded.getByRole("button", { name: "Save", exact: true }).click();
  const files = await mp4sOf(download);
  const opened = await Promise.all(files.map(openMp4));
  const inAll = (of: (file: (typeof opened)[number]) => number) =>
    opened.reduce((sum, file) => sum + of(file), 0);
  expect(inAll(({ seconds }) => seconds)).toBeGreaterThan(4.9);
  expect(inAll(({ seconds }) => seconds)).toBeLessThan(25);
  // It moves at 60 a second, of which a busy machine shows few.
  expect(inAll(({ times }) => times.length)).toBeGreaterThan(1);
  for (const [at, { width, height, times, seconds, audio }] of opened.entries()) {
    // Encoders round the size of the video to whole blocks.
    expect(height / width).toBeCloseTo(2400 / 1080, 1);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(audio).toBeNull();
    const played = await play(files[at] ?? new Uint8Array(0));
    expect(played).toMatchObject({ end: "ended", width });
    // A player is done with a single picture at once.
    expect(times.length === 1 ? seconds : played.seconds).toBeCloseTo(seconds, 0);
  }
  await recorded.getByRole("button", { name: "Discard recording" }).click();
  await tray().waitFor({ state: "detached" });
});

test("[Q7] a recording of a phone whose cable is pulled says so, and is kept", async () => {
  await openFocus();
  await focus().getByRole("button", { name: "Record", exact: true }).click();
  const recorded = tray().getByRole("group", { name: new RegExp(phone.serial_number) });
  await waitForSeconds(recorded, 2);
  const desk = page.getByRole("group", { name: new RegExp(`desk.*${phone.serial_number}`, "i") });
  await desk.getByRole("button", { name: /^Unplug/ }).click();
  await recorded.getByText("Ended: the phone was unplugged or does not answer").waitFor();
  const download = page.waitForEvent("download");
  await recorded.getByRole("button", { name: "Save", exact: true }).click();
  const [first] = await mp4sOf(download);
  expect((await openMp4(first ?? new Uint8Array(0))).times.length).toBeGreaterThan(0);
  await recorded.getByRole("button", { name: "Discard recording" }).click();
  await desk.getByRole("button", { name: /^Plug/ }).click();
  await page.getByRole("button", { name: "Close focus" }).click();
  await tileOf(phone).getByText("Ready", { exact: true }).waitFor({ timeout: 30_000 });
});

test("[Q9] a note that the phone plays is heard at the dashboard, and can be muted", async () => {
  await shell("am start -n com.tabfarm.chimes/.MainActivity");
  await openFocus();
  await focus().getByRole("button", { name: "Sound on" }).click();
  await focus().getByRole("button", { name: "Mute" }).waitFor({ timeout: 30_000 });
  // The last of two columns and three rows, a C.
  const strike = () => shell("input tap 800 2100");
  await expect
    .poll(
      async () => {
        await strike();
        return loudest();
      },
      { timeout: 30_000 },
    )
    .toBeCloseTo(1046.5, -1);
  await focus().getByRole("button", { name: "Mute" }).click();
  await expect
    .poll(
      async () => {
        await strike();
        return loudest();
      },
      { timeout: 10_000 },
    )
    .toBe(0);
});

test("[Q5] what is heard is recorded with the picture", async () => {
  await openFocus();
  await focus().getByRole("button", { name: "Sound on" }).click();
  await focus().getByRole("button", { name: "Mute" }).waitFor({ timeout: 30_000 });
  await focus().getByRole("button", { name: "Record", exact: true }).click();
  const recorded = focus().getByRole("group", { name: /^Recording of/ });
  await waitForSeconds(recorded, 10);
  await recorded.getByRole("button", { name: "Stop" }).click();
  const download = page.waitForEvent("download");
  await recorded.getByRole("button", { name: "Save", exact: true }).click();
  const opened = await Promise.all((await mp4sOf(download)).map(openMp4));
  const audio = opened.map((file) => file.audio).find((audio) => audio !== null);
  expect(audio).toMatchObject({ codec: "opus", numberOfChannels: 2, sampleRate: 48_000 });
  expect(await audio?.computeDuration()).toBeGreaterThan(0.5);
  await recorded.getByRole("button", { name: "Discard recording" }).click();
  await focus().getByRole("button", { name: "Sound off" }).click();
});

test("[Q8] the delay is told hop by hop, and to the relay's metrics", async () => {
  await shell("am start -n com.tabfarm.motion/.MainActivity");
  await openFocus();
  await focus().getByRole("button", { name: "Show delay" }).click();
  const figure = async (hop: string) =>
    Number(await focus().getByRole("row", { name: hop }).getByRole("cell").first().textContent());
  await expect.poll(() => figure("In all"), { timeout: 20_000 }).toBeGreaterThan(0);
  for (const hop of ["Phone and cable", "PC", "Uplink", "Relay", "Downlink", "Decode", "Paint"]) {
    expect(await figure(hop)).toBeGreaterThanOrEqual(0);
    expect(await figure(hop)).toBeLessThan(10_000);
  }
  await expect
    .poll(async () => (await fetch(new URL("/metrics", farm.url))).text(), { timeout: 30_000 })
    .toMatch(/tabfarm_hop_seconds\{hop="total",encoding="h264",quantile="0.5"\} 0?\.?\d/);
});

test("nothing complained", () => {
  expect(complaints).toEqual([]);
});
