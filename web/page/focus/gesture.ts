import type { CommandParams, CommandType } from "../../../protocol/command.ts";
import type { Size } from "../../../protocol/fields.ts";
import type { Point } from "./screen-point.ts";

export interface Gesture {
  type: Extract<CommandType, "tap" | "swipe">;
  params: CommandParams;
}

/** A press from down to up. Points are the display's pixels, times milliseconds. */
export interface Press {
  from: Point;
  to: Point;
  /** How far the pointer went, in CSS pixels: what a hand does not do on purpose depends on its screen, not the phone's. */
  movedPx: number;
  heldMs: number;
}

const slopPx = 6;
/** Android's own long press is at 400 to 500 ms. */
const longPressMs = 500;
const maxSwipeMs = 10_000;

export function gestureOf(press: Press): Gesture {
  const { from, to } = press;
  const duration = Math.min(maxSwipeMs, Math.round(press.heldMs));
  if (press.movedPx > slopPx) {
    return { type: "swipe", params: { ...from, x2: to.x, y2: to.y, duration: Math.max(50, duration) } };
  }
  return duration >= longPressMs
    ? { type: "swipe", params: { ...from, x2: from.x, y2: from.y, duration } }
    : { type: "tap", params: from };
}

const wheelSwipeMs = 180;

/** A swipe that scrolls by `deltaX`, `deltaY` (display pixels; positive is down and right), kept off the edges. */
export function wheelGesture(at: Point, deltaX: number, deltaY: number, screen: Size): Gesture {
  return {
    type: "swipe",
    params: {
      ...at,
      x2: insideOf(at.x - deltaX, screen.width),
      y2: insideOf(at.y - deltaY, screen.height),
      duration: wheelSwipeMs,
    },
  };
}

/** A swipe that ends at the very edge would be Android's own gesture: a tenth is left free. */
function insideOf(position: number, length: number): number {
  const margin = length / 10;
  return Math.round(Math.min(length - margin, Math.max(margin, position)));
}
