import { ALL_FORMATS, BlobSource, EncodedPacketSink, Input } from "mediabunny";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MediaHeader, MediaKind } from "../../../protocol/media-packet.ts";
import type { RecordedPart } from "../../../protocol/recording.ts";
import { makeScreenEncoder } from "../../../phone/h264/encoder.ts";
import { makeH264Decoder, type H264Decoder } from "../../../phone/testing/h264-decoder.ts";
import { makePixels } from "../../../phone/testing/test-pixels.ts";
import { makeRecording, type Recording } from "./recording.ts";
import { makeMemoryStore } from "./recording-store.ts";

const upright = { width: 144, height: 320 };
const turned = { width: 320, height: 144 };

/** The relay's clock; the device's is another. */
const beganMs = Date.parse("2026-11-24T23:00:00.000Z");
const deviceBeganUs = 8_000_000_000;
let nowMs = beganMs;
let refreshes = 0;
let failures: string[] = [];
let sequence = 65_530;
let encoder: ReturnType<typeof makeScreenEncoder>;
let size = upright;
let recording: Recording;
let decoder: H264Decoder;

beforeEach(async () => {
  nowMs = beganMs;
  refreshes = 0;
  failures = [];
  sequence = 65_530;
  use(upright);
  recording = record();
  decoder = await makeH264Decoder();
});
afterEach(() => decoder.close());

function record(wantsSound = false, store = makeMemoryStore()): Recording {
  return makeRecording({
    openFile: () => store.open(),
    shortEdge: 144,
    wantsSound,
    relayNowMs: () => nowMs,
    refresh: () => {
      refreshes += 1;
    },
    onFailure: (reason) => failures.push(reason),
  });
}

/** The phone's encoder begins anew, in this size. */
function use(next: typeof upright): void {
  size = next;
  encoder = makeScreenEncoder({ ...size, level: 30, bitsPerSecond: 8_000_000, framesPerSecond: 30 });
}

function headerOf(kind: MediaKind, atMs = nowMs): MediaHeader {
  return {
    kind,
    layer: "low",
    sequence,
    deviceId: "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11",
    ...size,
    screenWidth: size.width,
    screenHeight: size.height,
    deviceUs: deviceBeganUs + (atMs - beganMs) * 1000,
    capturedMs: atMs,
    takenMs: atMs,
    sentMs: atMs,
    relayedInMs: atMs,
    relayedOutMs: atMs,
  };
}

interface Packet {
  header: MediaHeader;
  payload: Uint8Array<ArrayBuffer>;
}

function picture(step: number, isKeyFrame = false): Packet {
  const units = encoder.encode(makePixels(size, step), { timestampUs: nowMs * 1000, isKeyFrame });
  sequence = (sequence + 1) % 65_536;
  const payload = Uint8Array.from(units.flatMap((unit) => [...unit]));
  return { header: headerOf(units.length > 1 ? "key" : "delta"), payload };
}

function give({ header, payload }: Packet): void {
  recording.take(header, payload);
}

function giveAfter(ms: number, step: number, isKeyFrame = false): void {
  nowMs += ms;
  give(picture(step, isKeyFrame));
}

/** What is in a file, by mediabunny's own reading of it. */
async function open({ file }: RecordedPart<Blob>) {
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  if (video === null) throw new Error("no video track");
  const pictures = [];
  for await (const packet of new EncodedPacketSink(video).packets()) pictures.push(packet);
  const sounds = [];
  if (audio !== null) for await (const packet of new EncodedPacketSink(audio).packets()) sounds.push(packet);
  return { input, video, audio, pictures, sounds, seconds: await input.computeDuration() };
}

type Opened = Awaited<ReturnType<typeof open>>;
const timesOf = ({ pictures }: Opened) =>
  pictures.map(({ timestamp, duration }) => [timestamp, duration].map((s) => Math.round(s * 1000)));

/** Decodes a sample of the file, length-prefixed NAL units, as another decoder than the one that will play it. */
function decode(sample: Uint8Array) {
  const view = new DataView(sample.buffer, sample.byteOffset, sample.byteLength);
  let shown;
  for (let at = 0; at < sample.length;) {
    const length = view.getUint32(at);
    const unit = Uint8Array.of(0, 0, 0, 1, ...sample.subarray(at + 4, at + 4 + length));
    shown = decoder.decode(unit) ?? shown;
    at += 4 + length;
  }
  return shown;
}

function lumaErrorOf(samples: Uint8Array | undefined, step: number): number {
  const pixels = makePixels(size, step);
  const stride = Math.ceil(size.width / 16) * 16;
  let sum = 0;
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      const pixel = pixels[y * size.width + x] ?? 0;
      const light = 0.2126 * (pixel & 255) + 0.7152 * ((pixel >> 8) & 255) + 0.0722 * ((pixel >> 16) & 255);
      sum += Math.abs(16 + light * (219 / 255) - (samples?.[y * stride + x] ?? NaN));
    }
  }
  return sum / (size.width * size.height);
}

test("[Q2] what the phone sent is in the file, picture by picture, with the times of its own clock", async () => {
  const waitsMs = [0, 16, 17, 100, 16, 2000, 33];
  waitsMs.forEach((ms, step) => giveAfter(ms, step, step === 0));
  nowMs += 500;
  const parts = await recording.stop(nowMs);
  expect(parts).toHaveLength(1);
  const [part] = parts;
  if (part === undefined) return;
  expect(part).toMatchObject({ ...upright, seconds: 2.682 });
  const opened = await open(part);
  expect([opened.video.displayWidth, opened.video.displayHeight]).toEqual([144, 320]);
  expect(await opened.video.getCodecParameterString()).toMatch(/^avc1\.42/);
  expect(timesOf(opened)).toEqual([
    [0, 16],
    [16, 17],
    [33, 100],
    [133, 16],
    [149, 2000],
    [2149, 33],
    [2182, 500],
  ]);
  opened.pictures.forEach(({ data }, step) => {
    expect(lumaErrorOf(decode(data)?.samples, step)).toBeLessThan(2);
  });
  expect(failures).toEqual([]);
});

test("[Q2] a screen that stands still is seen for as long as it stood", async () => {
  giveAfter(10, 1, true);
  nowMs += 30_000;
  expect(recording.progress()).toMatchObject({ state: "recording", seconds: 30, parts: 1 });
  const [part] = await recording.stop(nowMs);
  if (part === undefined) throw new Error("no file");
  const opened = await open(part);
  expect(timesOf(opened)).toEqual([[0, 30_000]]);
  expect(opened.seconds).toBeCloseTo(30, 2);
});

test("[Q2] it ends when it is ended, although the last pictures were held up on their way", async () => {
  giveAfter(10, 0, true);
  giveAfter(1000, 1);
  nowMs += 1000;
  const late = picture(2);
  nowMs += 3000;
  give({ ...late, header: { ...late.header, takenMs: nowMs } });
  expect(recording.progress().seconds).toBeCloseTo(5);
  const [part] = await recording.stop(nowMs);
  if (part === undefined) throw new Error("no file");
  expect(timesOf(await open(part))).toEqual([
    [0, 1000],
    [1000, 1000],
    [2000, 3000],
  ]);
});

test("[Q2] a recording begins with a key frame of its own, not with what the relay kept for late viewers", async () => {
  nowMs -= 8000;
  const kept = [picture(0, true), picture(1)];
  nowMs += 8000;
  expect(refreshes).toBe(1);
  kept.forEach(give);
  giveAfter(20, 2);
  expect(recording.progress()).toMatchObject({ state: "waiting", seconds: 0 });
  giveAfter(100, 3, true);
  giveAfter(100, 4);
  const [part] = await recording.stop(nowMs + 100);
  if (part === undefined) throw new Error("no file");
  expect(timesOf(await open(part))).toEqual([
    [0, 100],
    [100, 100],
  ]);
});

test("[Q3] a turned phone begins a new file, and each is whole by itself", async () => {
  giveAfter(10, 0, true);
  giveAfter(100, 1);
  use(turned);
  giveAfter(200, 2);
  giveAfter(100, 3);
  const parts = await recording.stop(nowMs + 50);
  expect(parts.map(({ width, height, seconds }) => [width, height, Math.round(seconds * 1000)])).toEqual([
    [144, 320, 300],
    [320, 144, 150],
  ]);
  const [, second] = await Promise.all(parts.map(open));
  if (second === undefined) throw new Error("no second file");
  expect(timesOf(second)).toEqual([
    [0, 100],
    [100, 50],
  ]);
  const shown = second.pictures.map(({ data }) => lumaErrorOf(decode(data)?.samples, 2));
  expect(shown[0]).toBeLessThan(2);
});

test("[Q3] a picture that is still smaller than was asked is waited out, not made a file of its own", async () => {
  const small = { width: 72, height: 160 };
  const large = { screenWidth: 1080, screenHeight: 2400 };
  const giveOf = (ms: number, step: number) => {
    nowMs += ms;
    const { header, payload } = picture(step, true);
    give({ header: { ...header, ...large }, payload });
  };
  use(small);
  giveOf(300, 0);
  expect(recording.progress().state).toBe("waiting");
  use(upright);
  giveOf(300, 1);
  expect(recording.progress()).toMatchObject({ state: "recording", parts: 1 });
  recording = record();
  use(small);
  giveOf(300, 2);
  giveOf(6000, 3);
  expect(recording.progress()).toMatchObject({ state: "recording", parts: 1 });
});

test("[Q3] a key frame of the same size and encoder goes into the same file", async () => {
  giveAfter(10, 0, true);
  giveAfter(100, 1, true);
  expect(recording.progress().parts).toBe(1);
  expect(await recording.stop(nowMs)).toHaveLength(1);
});

test("[Q4] after a lost picture the last whole one stays until the next key frame, which is asked for", async () => {
  giveAfter(10, 0, true);
  giveAfter(100, 1);
  nowMs += 3000;
  picture(2);
  giveAfter(50, 3);
  expect(refreshes).toBe(2);
  giveAfter(50, 4);
  expect(refreshes).toBe(2);
  giveAfter(100, 5, true);
  giveAfter(100, 6);
  const [part] = await recording.stop(nowMs + 100);
  if (part === undefined) throw new Error("no file");
  const opened = await open(part);
  expect(timesOf(opened)).toEqual([
    [0, 100],
    [100, 3200],
    [3300, 100],
    [3400, 100],
  ]);
  const errors = opened.pictures.map(({ data }, at) =>
    lumaErrorOf(decode(data)?.samples, [0, 1, 5, 6][at] ?? 0),
  );
  for (const error of errors) expect(error).toBeLessThan(2);
});

test("[Q4] a picture that comes twice is in the file once", async () => {
  nowMs += 10;
  const group = [picture(0, true), picture(1)];
  group.forEach(give);
  // The relay starts the viewer anew.
  group.forEach(give);
  giveAfter(100, 2);
  const [part] = await recording.stop(nowMs + 100);
  if (part === undefined) throw new Error("no file");
  expect((await open(part)).pictures).toHaveLength(3);
});

test("[Q4] an encoder that takes over with a picture of a moment before moves nothing", async () => {
  giveAfter(10, 0, true);
  giveAfter(1000, 1);
  nowMs += 3000;
  use(turned);
  const { header, payload } = picture(2);
  give({ header: { ...header, deviceUs: header.deviceUs - 3100 * 1000 }, payload });
  giveAfter(500, 3);
  const parts = await recording.stop(nowMs);
  expect(parts.map(({ seconds }) => Math.round(seconds * 1000))).toEqual([1001, 3499]);
});

test("[Q4] a phone whose clock begins again goes on where it was", async () => {
  giveAfter(10, 0, true);
  nowMs += 4000;
  const { header, payload } = picture(1, true);
  give({ header: { ...header, deviceUs: 5_000_000, sequence: 1 }, payload });
  const [part] = await recording.stop(nowMs + 1000);
  if (part === undefined) throw new Error("no file");
  expect(timesOf(await open(part))).toEqual([
    [0, 4000],
    [4000, 1000],
  ]);
});

const opusHead = Uint8Array.from([
  1,
  ...new TextEncoder().encode("OpusHead"),
  1,
  2,
  56,
  1,
  128,
  187,
  0,
  0,
  0,
  0,
  0,
]);
/** CELT, fullband, 20 ms, stereo, one frame. */
const opusSilence = Uint8Array.of(0xfc, 0xff, 0xfe);

function giveSound(atMs: number, data: Uint8Array<ArrayBuffer>): void {
  recording.take(headerOf("sound", atMs), data);
}

test("[Q5] sound lies in the file where it was heard with the pictures", async () => {
  recording = record(true);
  give({ header: headerOf("sound-start"), payload: opusHead });
  giveSound(beganMs + 5, opusSilence);
  giveAfter(10, 0, true);
  for (let at = 20; at < 220; at += 20) giveSound(beganMs + at, opusSilence);
  giveAfter(200, 1);
  expect(recording.progress().hasSound).toBe(true);
  const [part] = await recording.stop(nowMs + 20);
  if (part === undefined) throw new Error("no file");
  const { audio, sounds } = await open(part);
  expect(audio).toMatchObject({ codec: "opus", sampleRate: 48_000, numberOfChannels: 2 });
  expect(sounds.map(({ timestamp }) => Math.round(timestamp * 1000))).toEqual([
    10, 30, 50, 70, 90, 110, 130, 150, 170, 190,
  ]);
  expect(sounds.at(-1)?.duration).toBeCloseTo(0.02);
});

test("[Q5] sound that is not encoded is kept as it is", async () => {
  recording = record(true);
  give({ header: headerOf("sound-start"), payload: Uint8Array.of(2) });
  giveAfter(10, 0, true);
  const samples = new Int16Array(960 * 2).map((_, at) => at);
  giveSound(nowMs, new Uint8Array(samples.buffer));
  giveSound(nowMs + 20, new Uint8Array(samples.buffer));
  const [part] = await recording.stop(nowMs + 100);
  if (part === undefined) throw new Error("no file");
  const { audio, sounds } = await open(part);
  expect(audio).toMatchObject({ codec: "pcm-s16", sampleRate: 48_000 });
  expect(sounds.reduce((sum, { data }) => sum + data.byteLength, 0)).toBe(2 * samples.byteLength);
});

test("[Q5] a phone that gives no sound is recorded without it, after a moment", async () => {
  recording = record(true);
  giveAfter(100, 0, true);
  expect(recording.progress().state).toBe("waiting");
  giveAfter(2000, 1, true);
  expect(recording.progress()).toMatchObject({ state: "recording", hasSound: false });
  const [part] = await recording.stop(nowMs + 100);
  if (part === undefined) throw new Error("no file");
  expect((await open(part)).audio).toBeNull();
});

test("[Q6] where there is no room left it ends with the reason, and costs no more", async () => {
  recording = record(false, makeMemoryStore(20_000));
  for (let step = 0; step < 60 && failures.length === 0; step += 1) {
    giveAfter(100, step, true);
    await new Promise((resolve) => setTimeout(resolve));
  }
  expect(failures).toEqual(["the recordings' memory is full"]);
  await recording.stop(nowMs);
});
