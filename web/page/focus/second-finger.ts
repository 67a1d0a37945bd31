import type { Size } from "../../../protocol/fields.ts";
import type { Point } from "./screen-point.ts";

/** Through which of the display's middle lines a simulated second finger is the first one's image. */
export interface Mirror {
  isXInverted: boolean;
  isYInverted: boolean;
}

/**
 * As in scrcpy: with Ctrl both fingers turn and pinch around the middle, with Shift they tilt (slide up and down side by
 * side), with both they slide sideways one above the other.
 */
export function mirrorOf({ ctrlKey, shiftKey }: { ctrlKey: boolean; shiftKey: boolean }): Mirror | undefined {
  if (!ctrlKey && !shiftKey) return undefined;
  return { isXInverted: ctrlKey !== shiftKey, isYInverted: ctrlKey };
}

/** Where the second finger is: display pixels, inside of the display. */
export function mirrored({ x, y }: Point, { width, height }: Size, mirror: Mirror): Point {
  return {
    x: mirror.isXInverted ? width - 1 - x : x,
    y: mirror.isYInverted ? height - 1 - y : y,
  };
}
