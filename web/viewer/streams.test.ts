import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Answer } from "../../protocol/contract.ts";
import type { PictureState, PictureWish } from "../../protocol/viewer.ts";
import type { Asked } from "./asked.ts";
import { makeStreams, type Streams } from "./streams.ts";
import { makeTaps } from "./taps.ts";
import { makeFakeCodecs, type FakeCodecs } from "./testing/fake-codecs.ts";
import { deltaPayload, keyPayload, packetOf } from "./testing/packets.ts";

const tile: PictureWish = { shortEdge: 216, fps: 5, encoding: "auto" };
const focus: PictureWish = { shortEdge: 720, fps: 60, encoding: "auto" };
let fake: FakeCodecs;
let streams: Streams;
let isConnected: boolean;
let said: unknown[];
let answer: (answer: Answer) => void;
let states: Map<string, PictureState>;
const onJpeg = vi.fn<(deviceId: string, url: string) => void>();

function open(codecs: FakeCodecs["codecs"] | undefined): void {
  streams = makeStreams({
    isConnected: () => isConnected,
    start(asked: Asked, onAnswer) {
      said.push(asked);
      answer = onAnswer;
    },
    stop: (deviceId) => said.push(`stop ${deviceId}`),
    refresh: (deviceId) => said.push(`refresh ${deviceId}`),
    codecs,
    hardware: { isUsable: true },
    taps: makeTaps(),
    relayNowMs: () => Date.now(),
    nowMs: () => Date.now(),
    onState: (deviceId, state) => states.set(deviceId, state),
    onJpeg,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  fake = makeFakeCodecs();
  isConnected = true;
  said = [];
  states = new Map();
  open(fake.codecs);
});
afterEach(() => {
  streams.close();
  vi.useRealTimers();
});

const turn = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** A canvas that remembers what was drawn on it. */
function makeCanvas() {
  const drawImage = vi.fn<(frame: { timestamp: number }) => void>();
  const canvas = Object.assign(new EventTarget(), {
    width: 2,
    height: 4,
    getContext: () => ({ canvas, drawImage }),
  });
  return {
    canvas: canvas as unknown as OffscreenCanvas,
    drawn: () => drawImage.mock.calls.map(([frame]) => frame.timestamp),
  };
}

function video(sequence: number): void {
  const kind = sequence === 0 ? "key" : "delta";
  streams.hear(packetOf("a", kind, { sequence }), kind === "key" ? keyPayload : deltaPayload);
  if (fake.decoders.length > 0) fake.letOut();
}

function jpeg(byte: number): void {
  streams.hear(packetOf("a", "jpeg"), Uint8Array.of(byte, byte, byte));
}

test("[V1] what is only recorded is not decoded, and a canvas that comes gets a key frame", async () => {
  const recorder = streams.watch("a", { ...focus, encoding: "h264" }, { isBlind: true });
  await turn();
  video(0);
  video(1);
  expect(fake.decoders).toEqual([]);
  const { canvas, drawn } = makeCanvas();
  const seen = streams.watch("a", tile, {});
  seen.paintOn(canvas);
  await turn();
  expect(said).toEqual([expect.anything(), "refresh a"]);
  video(0);
  expect(drawn()).toHaveLength(1);
  seen.stop();
  await turn();
  video(1);
  expect(drawn()).toHaveLength(1);
  recorder.stop();
});

describe("[V1] one stream of a device serves everybody in the tab", () => {
  test("it is the greatest of what they want", async () => {
    const small = streams.watch("a", tile, {});
    await turn();
    const large = streams.watch("a", focus, {});
    await turn();
    large.stop();
    await turn();
    small.stop();
    await turn(1000);
    const video = { device_id: "a", encoding: "h264" };
    expect(said).toEqual([
      { ...video, quality: "low", fps: 5, short_edge: 216 },
      { ...video, quality: "high", fps: 60, short_edge: 720 },
      { ...video, quality: "low", fps: 5, short_edge: 216 },
      "stop a",
    ]);
  });

  test("one that goes and comes back within a second costs nothing, and its canvas has the picture at once", async () => {
    const first = streams.watch("a", tile, {});
    await turn();
    video(0);
    first.stop();
    await turn(900);
    const { canvas, drawn } = makeCanvas();
    streams.watch("a", tile, {}).paintOn(canvas);
    await turn(5000);
    expect(drawn()).toEqual([1]);
    expect(said).toHaveLength(1);
  });

  test("[V3] a watch without a wish asks for nothing, and keeps its canvas", async () => {
    const { canvas, drawn } = makeCanvas();
    const watch = streams.watch("a", tile, {});
    watch.paintOn(canvas);
    await turn();
    video(0);
    watch.change(undefined);
    await turn(1000);
    expect(said.at(-1)).toBe("stop a");
    watch.change(tile);
    await turn();
    video(0);
    expect(drawn()).toEqual([1, 1]);
  });

  test("after the connection was lost everything is asked for anew", async () => {
    streams.watch("a", tile, {});
    await turn();
    isConnected = false;
    streams.watch("b", tile, {});
    await turn();
    isConnected = true;
    streams.askAgain();
    await turn();
    expect(said).toMatchObject([{ device_id: "a" }, { device_id: "a" }, { device_id: "b" }]);
  });
});

describe("painting", () => {
  test("every canvas has the newest picture, as often as it asked for", async () => {
    const [slow, fast] = [makeCanvas(), makeCanvas()];
    streams.watch("a", tile, {}).paintOn(slow.canvas);
    streams.watch("a", focus, {}).paintOn(fast.canvas);
    await turn();
    for (const sequence of [0, 1, 2, 3]) {
      video(sequence);
      await turn(20);
    }
    expect(fast.drawn()).toEqual([1, 2, 3, 4]);
    expect(slow.drawn()).toEqual([1]);
    await turn(200);
    expect(slow.drawn()).toEqual([1, 4]);
  });

  test("a canvas is asked for when there is something to paint, once, and has it at once", async () => {
    const onCanvasWanted = vi.fn<() => void>();
    const watch = streams.watch("a", tile, { onCanvasWanted });
    await turn();
    expect(onCanvasWanted).not.toHaveBeenCalled();
    for (const sequence of [0, 1]) video(sequence);
    expect(onCanvasWanted).toHaveBeenCalledOnce();
    const { canvas, drawn } = makeCanvas();
    watch.paintOn(canvas);
    expect(drawn()).toEqual([2]);
  });

  test("[V4] every picture but the one that is shown is closed, and that one at the end", async () => {
    const watch = streams.watch("a", tile, {});
    watch.paintOn(makeCanvas().canvas);
    await turn();
    for (const sequence of [0, 1, 2]) video(sequence);
    expect(fake.frames.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
    watch.stop();
    await turn(1000);
    expect(fake.frames.every(({ isClosed }) => isClosed)).toBe(true);
    expect(fake.decoders.map(({ state }) => state)).toEqual(["closed"]);
  });

  test("a canvas that lost its context is painted again", async () => {
    const { canvas, drawn } = makeCanvas();
    streams.watch("a", tile, {}).paintOn(canvas);
    await turn();
    video(0);
    canvas.dispatchEvent(new Event("contextrestored"));
    expect(drawn()).toEqual([1, 1]);
  });

  test("its hearer is told when the picture's shape changes, and not else", async () => {
    const onFacts = vi.fn();
    streams.watch("a", tile, { onFacts }).paintOn(makeCanvas().canvas);
    await turn();
    for (const sequence of [0, 1]) video(sequence);
    expect(onFacts).toHaveBeenCalledExactlyOnceWith({
      width: 216,
      height: 480,
      screen: { width: 1080, height: 2400 },
    });
  });
});

describe("[V2] JPEGs by themselves", () => {
  const pictures = { device_id: "a", quality: "low", fps: 5, encoding: "binary" };

  test("where there is no WebCodecs", async () => {
    open(undefined);
    streams.watch("a", tile, {});
    await turn();
    expect(said).toEqual([pictures]);
  });

  test("when the device's worker sends no video, until the device is back", async () => {
    streams.watch("a", tile, {});
    await turn();
    answer({ ok: false, fault: { code: "STREAM_ERROR", message: "no video" } });
    await turn();
    expect(said.at(-1)).toEqual(pictures);
    expect(states.get("a")).toEqual({ encoding: "jpeg", refusal: undefined });
    streams.askAgain("a");
    await turn();
    expect(said.at(-1)).toMatchObject({ encoding: "h264" });
  });

  test("when decoding fails again and again", async () => {
    streams.watch("a", tile, {});
    await turn();
    for (let sequence = 0; sequence < 4; sequence += 1) {
      streams.hear(packetOf("a", "key", { sequence }), keyPayload);
      fake.decoders.at(-1)?.fail("EncodingError");
    }
    await turn();
    expect(said.at(-1)).toEqual(pictures);
  });

  test("[V5] while the page is busy only the newest waits", async () => {
    open(undefined);
    streams.watch("a", tile, {});
    await turn();
    for (const byte of [1, 2, 3]) jpeg(byte);
    expect(onJpeg).toHaveBeenCalledTimes(1);
    streams.jpegDone("a", undefined);
    expect(onJpeg.mock.calls.map(([, url]) => url)).toEqual([
      "data:image/jpeg;base64,AQEB",
      "data:image/jpeg;base64,AwMD",
    ]);
  });
});

describe("[V6] how a picture is doing is known", () => {
  test("a stream that says when its screen is still has stalled after 5 s of nothing, until something comes", async () => {
    streams.watch("a", tile, {});
    await turn();
    const sinceMs = Date.now();
    video(0);
    await turn(5001);
    streams.look();
    expect(states.get("a")?.stalledSinceMs).toBe(sinceMs);
    streams.hear(packetOf("a", "still"), new Uint8Array());
    expect(states.get("a")?.stalledSinceMs).toBeUndefined();
  });

  test("one that never said so has not, and neither has any without a connection", async () => {
    streams.watch("a", tile, {});
    await turn();
    jpeg(1);
    await turn(60_000);
    streams.look();
    video(0);
    isConnected = false;
    await turn(60_000);
    streams.look();
    expect(states.get("a")?.stalledSinceMs).toBeUndefined();
  });

  test("what the worker said last is told to who comes later, and a refusal until the device is back", async () => {
    streams.watch("a", tile, {});
    await turn();
    const status = { device_id: "a", source: "video", display: "off" } as const;
    streams.hearStatus(status);
    states.clear();
    streams.watch("a", tile, {});
    expect(states.get("a")).toEqual({ encoding: "h264", status, refusal: undefined });
    streams.askAgain("a");
    await turn();
    answer({ ok: false, fault: { code: "DEVICE_NOT_FOUND", message: "unknown" } });
    expect(states.get("a")?.refusal?.code).toBe("DEVICE_NOT_FOUND");
    streams.askAgain("a");
    await turn();
    expect(states.get("a")?.refusal).toBeUndefined();
  });
});

test("[V2] a phone that can only take single pictures is asked for JPEGs, and for video when it has it again", async () => {
  streams.watch("a", tile, {});
  await turn();
  for (const source of ["screencap", "screencap", "video"] as const) {
    streams.hearStatus({ device_id: "a", source, display: "on" });
    await turn();
  }
  expect(said).toMatchObject([{ encoding: "h264" }, { encoding: "binary" }, { encoding: "h264" }]);
});
