import { describe, expect, test } from "vitest";
import { demoModels } from "../../phone/models.ts";
import { fitVideo } from "../../phone/scrcpy/video-size.ts";
import { readControlPosition } from "../../protocol/control-position.ts";
import { writeControlMessage } from "../../protocol/control-writer.ts";
import type { Size } from "../../protocol/fields.ts";
import { openControlSession } from "../engine/control/control-session.ts";
import type { ControlPlace } from "../engine/screen/control-hold.ts";
import { pictureBox, screenPoint, type Box } from "../page/focus/screen-point.ts";

/** Where a pointer ends up on the phone, through every calculation on the way: page, engine, scrcpy. */

const shapes = [
  ...new Map(demoModels.map(({ naturalSize }) => [JSON.stringify(naturalSize), naturalSize])).values(),
];
const rotations = [0, 1, 2, 3] as const;
/** In CSS pixels: bars at the sides, above and below, none; at odd places, as browser zoom and CSS transforms make them. */
const boxes: Box[] = [
  { left: 100, top: 50, width: 900, height: 700 },
  { left: 0, top: 0, width: 380, height: 812 },
  { left: 13.6, top: 71.2, width: 301.33, height: 655.47 },
  { left: -40.25, top: 10.125, width: 1234.5, height: 333.3 },
];
/** Corners and centre, as shares of the picture: the outermost are inside of the last pixel. */
const edge = 0.9999;
const aims = [
  [0, 0],
  [edge, 0],
  [0, edge],
  [edge, edge],
  [0.5, 0.5],
] as const;

function turned({ width, height }: Size, rotation: number): Size {
  return rotation % 2 === 0 ? { width, height } : { width: height, height: width };
}

/** scrcpy scales the position from its video to the display and cuts the fraction off (`AffineMatrix.apply`). */
function land(
  pointer: { x: number; y: number },
  box: Box,
  picture: Size,
  display: Size,
  place: ControlPlace,
): { x: number; y: number } {
  const point = screenPoint(pointer, box, picture, display);
  let landed = { x: -1, y: -1 };
  const session = openControlSession({
    hold: () => ({
      place: () => place,
      send: (bytes) => {
        const position = readControlPosition("inject_touch_event", bytes);
        if (position === undefined) throw new Error("it has no position");
        landed = {
          x: Math.floor((position.x * display.width) / position.width),
          y: Math.floor((position.y * display.height) / position.height),
        };
      },
      release: () => undefined,
    }),
    onClipboard: () => undefined,
  });
  session.take(
    writeControlMessage({
      kind: "inject_touch_event",
      action: "down",
      pointerId: 1n,
      position: { ...point, ...display },
      pressure: 1,
    }),
  );
  return landed;
}

/** How far off the worst of them is, in the display's pixels. */
function worstOf(display: Size, video: Size): number {
  let worst = 0;
  for (const box of boxes) {
    const inner = pictureBox(box, video);
    for (const [x, y] of aims) {
      const pointer = { x: inner.left + x * inner.width, y: inner.top + y * inner.height };
      const landed = land(pointer, box, video, display, { video, screen: display });
      const aimed = { x: Math.floor(x * display.width), y: Math.floor(y * display.height) };
      worst = Math.max(worst, Math.abs(landed.x - aimed.x), Math.abs(landed.y - aimed.y));
    }
  }
  return worst;
}

describe.each(shapes)("[K10] on a display of $width × $height", (built) => {
  test.each(rotations)("turned %i quarters, corners and centre land within a pixel", (rotation) => {
    const display = turned(built, rotation);
    const short = Math.min(display.width, display.height);
    const long = Math.max(display.width, display.height);
    // From half of the display's pixels on a video has a place for every other pixel.
    for (const shortEdge of [short / 2, 720, 1080].filter((edge) => edge >= short / 2)) {
      const maxSize = Math.ceil((long * Math.min(1, shortEdge / short)) / 8) * 8;
      expect(worstOf(display, fitVideo(display, maxSize)), `video of ${shortEdge}`).toBeLessThanOrEqual(1);
    }
  });

  test("smaller videos are as exact as their pixels allow", () => {
    const video = fitVideo(built, Math.ceil(Math.max(built.width, built.height) / 4 / 8) * 8);
    expect(worstOf(built, video)).toBeLessThanOrEqual(Math.ceil(built.width / video.width));
  });
});

test("[K10] without video the display's own pixel is hit, however the display is turned", () => {
  const built = { width: 1080, height: 2400 };
  const display = { width: 2400, height: 1080 };
  const box = { left: 0, top: 0, ...display };
  const landed = land({ x: 1799.9, y: 299 }, box, display, display, { video: built, screen: built });
  expect(landed).toEqual({ x: 1799, y: 299 });
});
