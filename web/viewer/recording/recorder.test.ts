import { beforeEach, expect, test } from "vitest";
import type { MediaHeader } from "../../../protocol/media-packet.ts";
import type { RecordedPart, RecordingProgress } from "../../../protocol/recording.ts";
import type { PictureWish } from "../../../protocol/viewer.ts";
import { makeScreenEncoder } from "../../../phone/h264/encoder.ts";
import { makePixels } from "../../../phone/testing/test-pixels.ts";
import { makeMemoryStore } from "./recording-store.ts";
import { makeRecorder, mostRecordings, type Recorder } from "./recorder.ts";

const wish = { shortEdge: 32, fps: 30, sound: false };
const size = { width: 32, height: 32 };
const encoder = makeScreenEncoder({ ...size, level: 10, bitsPerSecond: 1e6, framesPerSecond: 30 });
const key = Uint8Array.from(
  encoder.encode(makePixels(size, 0), { timestampUs: 0, isKeyFrame: true }).flatMap((unit) => [...unit]),
);

let nowMs = 1_800_000_000_000;
let watched: string[] = [];
let wishes: PictureWish[] = [];
let told = new Map<number, RecordingProgress>();
let ended: { id: number; parts: RecordedPart<Blob>[]; reason: string | undefined }[] = [];
let recorder: Recorder;
let roomBytes = Infinity;

beforeEach(() => {
  watched = [];
  wishes = [];
  told = new Map();
  ended = [];
  roomBytes = Infinity;
  recorder = makeRecorder({
    openStore: async () => ({ ...makeMemoryStore(), room: async () => roomBytes }),
    watch(deviceId, asked) {
      watched.push(deviceId);
      wishes.push(asked);
      return () => watched.splice(watched.indexOf(deviceId), 1);
    },
    refresh: () => undefined,
    relayNowMs: () => nowMs,
    onProgress: (id, progress) => told.set(id, progress),
    onRecorded: (id, parts, reason) => ended.push({ id, parts, reason }),
  });
});

function hear(deviceId: string, kind: MediaHeader["kind"] = "key"): void {
  const header: MediaHeader = {
    kind,
    layer: "low",
    sequence: nowMs & 0xffff,
    deviceId,
    ...size,
    screenWidth: 0,
    screenHeight: 0,
    deviceUs: nowMs * 1000,
    capturedMs: nowMs,
    takenMs: nowMs,
    sentMs: nowMs,
    relayedInMs: nowMs,
    relayedOutMs: nowMs,
  };
  recorder.hear(header, key);
}

/** Everything that is under way comes to its end. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

test("[Q7] several devices are recorded at once, each by a stream of its own, and each tells how far it is", async () => {
  recorder.start(1, "a", wish);
  recorder.start(2, "b", { ...wish, sound: true });
  expect(watched).toEqual(["a", "b"]);
  expect(wishes[0]).toEqual({ ...wish, encoding: "h264" });
  nowMs += 100;
  hear("a");
  nowMs += 1000;
  recorder.look();
  expect(told.get(1)).toMatchObject({ state: "recording", seconds: 1, bytes: key.byteLength });
  expect(told.get(2)).toMatchObject({ state: "waiting", seconds: 0 });
  recorder.stop(1);
  expect(watched).toEqual(["b"]);
  await settle();
  expect(ended).toMatchObject([{ id: 1, parts: [{ ...size, seconds: 1 }], reason: undefined }]);
});

test("[Q7] a device that is gone ends its recording when it was last heard of, and says why", async () => {
  recorder.start(1, "a", wish);
  nowMs += 100;
  hear("a");
  nowMs += 3000;
  hear("a", "still");
  nowMs += 4000;
  recorder.stop(1, "the phone is gone");
  await settle();
  expect(ended).toMatchObject([{ id: 1, parts: [{ seconds: 3 }], reason: "the phone is gone" }]);
});

test("[Q7] a minute without a sign of life ends it as of the last one", async () => {
  recorder.start(1, "a", wish);
  nowMs += 100;
  hear("a");
  nowMs += 59_000;
  recorder.look();
  expect(ended).toEqual([]);
  nowMs += 2000;
  recorder.look();
  await settle();
  expect(ended).toMatchObject([
    { parts: [{ seconds: 0 }], reason: "nothing came from the phone for a minute" },
  ]);
});

test("[Q7] where only JPEGs come there is nothing to record, and it says so", async () => {
  recorder.start(1, "a", wish);
  recorder.hearState("a", { encoding: "jpeg" });
  recorder.look();
  recorder.hearState("a", { encoding: "h264" });
  nowMs += 3000;
  recorder.look();
  recorder.hearState("a", { encoding: "jpeg" });
  recorder.look();
  nowMs += 2000;
  recorder.look();
  await settle();
  expect(ended).toEqual([
    { id: 1, parts: [], reason: "only single pictures come from this phone, no video" },
  ]);
  expect(watched).toEqual([]);
});

test("[Q7] no more run at once than are allowed", async () => {
  for (let id = 1; id <= mostRecordings; id += 1) recorder.start(id, `device ${id}`, wish);
  expect(ended).toEqual([]);
  recorder.start(99, "z", wish);
  expect(ended).toEqual([{ id: 99, parts: [], reason: "8 recordings run already" }]);
});

test("[Q6] recordings end while there is room for their ends", async () => {
  recorder.start(1, "a", wish);
  nowMs += 100;
  hear("a");
  roomBytes = 20_000_000;
  recorder.look();
  await settle();
  expect(ended).toMatchObject([{ id: 1, reason: "there is hardly any room left on this computer" }]);
  expect(ended[0]?.parts).toHaveLength(1);
});
