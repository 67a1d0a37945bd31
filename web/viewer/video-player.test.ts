import { beforeEach, describe, expect, test, vi } from "vitest";
import { makeFakeCodecs, type FakeCodecs } from "./testing/fake-codecs.ts";
import { deltaPayload, keyPayload, packetOf } from "./testing/packets.ts";
import { makeVideoPlayer, type VideoPlayer } from "./video-player.ts";

let fake: FakeCodecs;
let player: VideoPlayer;
let nowMs: number;
let hardware: "prefer-hardware" | "prefer-software";
const heard = {
  onPicture: vi.fn((frame: VideoFrame) => frame.close()),
  onKeyNeeded: vi.fn(),
  onHardwareFailed: vi.fn(() => (hardware = "prefer-software")),
  onHopeless: vi.fn(),
};

beforeEach(() => {
  vi.clearAllMocks();
  fake = makeFakeCodecs();
  nowMs = 10_000;
  hardware = "prefer-software";
  player = makeVideoPlayer({
    codecs: fake.codecs,
    hardwareAcceleration: () => hardware,
    nowMs: () => nowMs,
    ...heard,
  });
});

const key = (sequence: number) => player.push(packetOf("a", "key", { sequence }), keyPayload);
const delta = (sequence: number) => player.push(packetOf("a", "delta", { sequence }), deltaPayload);
const decoded = () => fake.decoders.flatMap(({ chunks }) => chunks.map(({ type }) => type));

test("a key frame says which decoder it needs, which gives out each picture at once", () => {
  key(65_535);
  delta(0);
  expect(fake.decoders).toHaveLength(1);
  expect(fake.decoders[0]?.config).toEqual({
    codec: "avc1.42E01F",
    optimizeForLatency: true,
    hardwareAcceleration: "prefer-software",
  });
  expect(player.undecoded()).toBe(2);
  fake.letOut();
  expect(heard.onPicture.mock.calls).toMatchObject([
    [{ timestamp: 1 }, { header: { kind: "key" } }],
    [{ timestamp: 2 }, { header: { kind: "delta" } }],
  ]);
  expect(player.undecoded()).toBe(0);
});

describe("[V4] what would decode to garbage is dropped until the next key frame, which is asked for", () => {
  test("before the first key frame", () => {
    delta(1);
    expect(heard.onKeyNeeded).toHaveBeenCalledOnce();
    key(2);
    delta(3);
    expect(decoded()).toEqual(["key", "delta"]);
  });

  test("after a gap, once a second", () => {
    key(1);
    delta(3);
    delta(4);
    expect(heard.onKeyNeeded).toHaveBeenCalledOnce();
    nowMs += 1000;
    delta(5);
    expect(heard.onKeyNeeded).toHaveBeenCalledTimes(2);
    key(6);
    delta(7);
    expect(decoded()).toEqual(["key", "key", "delta"]);
  });

  test("when what is being decoded is old already", () => {
    key(1);
    nowMs += 1001;
    delta(2);
    expect(decoded()).toEqual(["key"]);
    expect(heard.onKeyNeeded).toHaveBeenCalledOnce();
    key(3);
    expect(fake.decoders).toHaveLength(2);
  });

  test("when the decoder is far behind", () => {
    key(0);
    for (let sequence = 1; sequence <= 12; sequence += 1) delta(sequence);
    expect(decoded()).toHaveLength(12);
    expect(heard.onKeyNeeded).toHaveBeenCalledOnce();
    key(13);
    expect(fake.decoders.map(({ state }) => state)).toEqual(["closed", "configured"]);
  });
});

test("[V4] a decoder that was taken away for being idle is made anew when there is something to decode", () => {
  key(0);
  fake.letOut();
  fake.decoders[0]?.fail("QuotaExceededError");
  expect(heard.onKeyNeeded).not.toHaveBeenCalled();
  delta(1);
  expect(heard.onKeyNeeded).toHaveBeenCalledOnce();
  key(2);
  fake.letOut();
  expect(heard.onPicture).toHaveBeenCalledTimes(2);
});

test("[V4] a graphics card that fails is not tried again, and costs no chance", () => {
  hardware = "prefer-hardware";
  key(0);
  fake.decoders[0]?.fail("NotSupportedError");
  expect(heard.onHardwareFailed).toHaveBeenCalledOnce();
  expect(heard.onKeyNeeded).toHaveBeenCalledOnce();
  key(1);
  expect(fake.decoders[1]?.config?.hardwareAcceleration).toBe("prefer-software");
  expect(heard.onHopeless).not.toHaveBeenCalled();
});

test("[V2] a stream that fails again and again is given up", () => {
  for (let sequence = 0; sequence < 4; sequence += 1) {
    key(sequence);
    fake.decoders.at(-1)?.fail("EncodingError");
  }
  expect(heard.onHopeless).toHaveBeenCalledExactlyOnceWith("failed");
  key(4);
  expect(fake.decoders).toHaveLength(4);
});

test("every picture is closed, also one that comes out after the end", () => {
  key(0);
  delta(1);
  player.close();
  fake.letOut();
  expect(heard.onPicture).not.toHaveBeenCalled();
  expect(fake.frames.every(({ isClosed }) => isClosed)).toBe(true);
});
