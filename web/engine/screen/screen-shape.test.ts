import { describe, expect, test } from "vitest";
import { isMoreThan, layerSize, turnedLike, videoWishFor } from "./screen-shape.ts";

const tall = { width: 1080, height: 2400 };
const wide = { width: 2400, height: 1080 };

describe("[S5] a layer has the quality's pixels on its short edge", () => {
  test("whichever way up the picture is", () => {
    expect(layerSize(tall, "low")).toEqual({ width: 240, height: 533 });
    expect(layerSize(wide, "low")).toEqual({ width: 533, height: 240 });
    expect(layerSize(tall, "medium")).toEqual({ width: 480, height: 1067 });
    expect(layerSize(wide, "high")).toEqual({ width: 1600, height: 720 });
  });
  test("and is never enlarged", () => {
    expect(layerSize({ width: 320, height: 480 }, "medium")).toEqual({ width: 320, height: 480 });
  });
});

describe("the phone does the scaling", () => {
  test("to a long edge that leaves the short edge at the layer's", () => {
    expect(videoWishFor("low", 5, tall, 0)).toEqual({ maxSize: 536, maxFps: 5, bitsPerSecond: 500_000 });
    expect(videoWishFor("high", 2.5, wide, 0)).toEqual({
      maxSize: 1600,
      maxFps: 3,
      bitsPerSecond: 2_000_000,
    });
  });
  test("and is asked for less each time its encoder fails", () => {
    const sizes = [0, 1, 2, 3, 9].map((failures) => videoWishFor("high", 5, tall, failures).maxSize);
    expect(sizes).toEqual([1600, 1200, 800, 560, 560]);
  });
});

test("positions are measured in the display's size turned as the picture is", () => {
  expect(turnedLike({ width: 240, height: 536 }, tall)).toEqual(tall);
  expect(turnedLike({ width: 536, height: 240 }, tall)).toEqual(wide);
  expect(turnedLike({ width: 536, height: 240 }, wide)).toEqual(wide);
});

test("a video is more than another when it is larger or faster", () => {
  const small = { maxSize: 536, maxFps: 5, bitsPerSecond: 1 };
  expect(isMoreThan({ ...small, maxSize: 544 }, small)).toBe(true);
  expect(isMoreThan(small, { ...small, maxFps: 4 })).toBe(true);
  expect(isMoreThan(small, { ...small, bitsPerSecond: 0 })).toBe(false);
  expect(isMoreThan(small, undefined)).toBe(true);
  expect(isMoreThan(undefined, undefined)).toBe(false);
});
