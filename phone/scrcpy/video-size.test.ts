import { expect, it } from "vitest";
import { chooseLevel } from "./h264-level.ts";
import { fitVideo } from "./video-size.ts";

it.each([
  [1080, 2400, 0, 1080, 2400],
  [1080, 2400, 1280, 576, 1280],
  [2400, 1080, 1280, 1280, 576],
  [1080, 2340, 0, 1080, 2336],
  [1220, 2712, 480, 216, 480],
  [720, 1600, 4096, 720, 1600],
  [1170, 1170, 0, 1168, 1168],
])("makes %dx%d within %d a picture of %dx%d, as scrcpy does", (width, height, maxSize, w, h) => {
  expect(fitVideo({ width, height }, maxSize)).toEqual({ width: w, height: h });
});

it.each([
  [224, 480, 5, 30],
  [576, 1280, 30, 31],
  [1080, 2400, 60, 51],
  [1440, 3120, 60, 52],
])("asks for the lowest level that allows %dx%d at %d a second", (width, height, fps, level) => {
  expect(chooseLevel({ width, height }, fps)).toBe(level);
});
