import { describe, expect, test } from "vitest";
import { layerSize, turnedLike } from "./screen-shape.ts";

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

test("positions are measured in the display's size turned as the picture is", () => {
  expect(turnedLike({ width: 240, height: 536 }, tall)).toEqual(tall);
  expect(turnedLike({ width: 536, height: 240 }, tall)).toEqual(wide);
  expect(turnedLike({ width: 536, height: 240 }, wide)).toEqual(wide);
});
