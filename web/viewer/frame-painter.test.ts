import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeFramePainter } from "./frame-painter.ts";

const large = { width: 720, height: 1600 };
const small = { width: 216, height: 480 };
let isCopyable = true;

class Canvas {
  calls: string[] = [];
  context = {
    canvas: this,
    drawImage: (image: { name?: string }) => this.calls.push(`draw ${image.name ?? "canvas"}`),
    putImageData: ({ width }: { width: number }) => this.calls.push(`put ${width}`),
  } as unknown as OffscreenCanvasRenderingContext2D;
  width: number;
  height: number;
  constructor(width = 2, height = 4) {
    this.width = width;
    this.height = height;
  }
  getContext = () => this.context;
}

function makeFrame(format: string) {
  const copyTo = vi.fn(async () => {
    if (!isCopyable) throw new DOMException("no RGBA", "NotSupportedError");
  });
  const { width, height } = large;
  const frame = {
    name: format,
    format,
    displayWidth: width,
    displayHeight: height,
    visibleRect: large,
    copyTo,
  };
  return { frame: frame as unknown as VideoFrame, copyTo };
}

beforeEach(() => {
  isCopyable = true;
  vi.stubGlobal("OffscreenCanvas", Canvas);
  vi.stubGlobal(
    "ImageData",
    class extends Canvas {
      data = {};
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

test("a picture in memory is converted once, for a canvas of its size and for a smaller one", async () => {
  const painter = makeFramePainter();
  const { frame, copyTo } = makeFrame("I420");
  const [focus, tile] = [new Canvas(), new Canvas()];
  const focused = new Promise<void>((done) => painter.paint(frame, focus.context, large, done));
  const tiled = new Promise<void>((done) => painter.paint(frame, tile.context, small, done));
  await Promise.all([focused, tiled]);
  expect(copyTo).toHaveBeenCalledOnce();
  expect([focus.calls, tile.calls]).toEqual([["put 720"], ["draw canvas"]]);
  expect([focus.width, tile.width]).toEqual([720, 216]);
});

test("one that is still being converted when a newer one comes keeps its pixels, which are used again later", async () => {
  const painter = makeFramePainter();
  const [tile, focus] = [new Canvas(), new Canvas()];
  const memory: unknown[] = [];
  function slowFrame() {
    const { frame, copyTo } = makeFrame("I420");
    const copied = Promise.withResolvers<undefined>();
    copyTo.mockImplementation((...args: unknown[]) => {
      memory.push(args[0]);
      return copied.promise;
    });
    return { frame, finish: () => copied.resolve(undefined) };
  }
  const [older, newer, last] = [slowFrame(), slowFrame(), slowFrame()];
  const tiled = new Promise<void>((done) => painter.paint(older.frame, tile.context, large, done));
  const focused = new Promise<void>((done) => painter.paint(newer.frame, focus.context, large, done));
  newer.finish();
  await focused;
  expect([tile.calls, focus.calls]).toEqual([[], ["put 720"]]);
  older.finish();
  await tiled;
  expect(tile.calls).toEqual(["put 720"]);
  const again = new Promise<void>((done) => painter.paint(last.frame, tile.context, large, done));
  last.finish();
  await again;
  const [first, second, third] = memory;
  expect(second).not.toBe(first);
  expect([first, second]).toContain(third);
});

test("a picture in a graphics card is drawn there, at once", () => {
  const { frame, copyTo } = makeFrame("NV12");
  const canvas = new Canvas();
  const onPainted = vi.fn();
  makeFramePainter().paint(frame, canvas.context, small, onPainted);
  expect(canvas.calls).toEqual(["draw NV12"]);
  expect([copyTo.mock.calls.length, onPainted.mock.calls.length]).toEqual([0, 1]);
});

test("a browser that cannot convert draws, also the picture that it failed with, and does not try again", async () => {
  isCopyable = false;
  const painter = makeFramePainter();
  const canvas = new Canvas();
  const [first, second] = [makeFrame("I420"), makeFrame("I420")];
  for (const { frame } of [first, second])
    await new Promise<void>((done) => painter.paint(frame, canvas.context, large, done));
  expect(canvas.calls).toEqual(["draw I420", "draw I420"]);
  expect(second.copyTo).not.toHaveBeenCalled();
});
