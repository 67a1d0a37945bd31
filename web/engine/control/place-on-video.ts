import type { ControlPosition } from "../../../protocol/control-writer.ts";
import type { Size } from "../../../protocol/fields.ts";
import type { ControlPlace } from "../screen/control-hold.ts";

/**
 * A position as the session wants it; undefined when it was aimed at a picture that has turned since, because what is
 * there now is something else.
 */
export function placeOnVideo(
  position: ControlPosition,
  { video, screen }: ControlPlace,
): ControlPosition | undefined {
  if (isWide(position) === isWide(video)) return scaled(position, video);
  // A session without video takes the display's pixels, and does not know how the display is turned. One with a video as
  // large as the display ignores a position of another orientation by itself.
  const isDisplay = video.width === screen.width && video.height === screen.height;
  return isDisplay ? scaled(position, { width: video.height, height: video.width }) : undefined;
}

/** The same place of a picture of another size; whole pixels, inside of it. */
export function scaled({ x, y, width, height }: ControlPosition, to: Size): ControlPosition {
  return {
    x: scaledPixel(x, width, to.width),
    y: scaledPixel(y, height, to.height),
    width: to.width,
    height: to.height,
  };
}

function scaledPixel(value: number, from: number, to: number): number {
  if (from === 0) return 0;
  const exact = (value * to) / from;
  const nearest = to < from ? nearestCut(exact, value, from / to) : Math.round(exact);
  return Math.max(0, Math.min(to - 1, nearest));
}

/** scrcpy scales back and cuts the fraction off: of the two neighbours the one that then lands nearer to `value`. */
function nearestCut(exact: number, value: number, scale: number): number {
  const below = Math.floor(exact);
  const missOf = (pixel: number): number => Math.abs(Math.floor(pixel * scale) - value);
  // Whoever said `value` cut a fraction off too, so the upper one is the likelier of two as near.
  return missOf(below) < missOf(below + 1) ? below : below + 1;
}

function isWide({ width, height }: Size): boolean {
  return width > height;
}
