import { describe, expect, test } from "vitest";
import { gestureOf, wheelGesture } from "./gesture.ts";

describe("a press", () => {
  const from = { x: 540, y: 1200 };
  test("that is short and stays is a tap where it began", () => {
    expect(gestureOf({ from, to: { x: 543, y: 1198 }, movedPx: 2, heldMs: 90 })).toEqual({
      type: "tap",
      params: { x: 540, y: 1200 },
    });
  });
  test("that stays for half a second is a long press: a swipe to the same place", () => {
    expect(gestureOf({ from, to: { x: 543, y: 1198 }, movedPx: 2, heldMs: 712.4 })).toEqual({
      type: "swipe",
      params: { x: 540, y: 1200, x2: 540, y2: 1200, duration: 712 },
    });
  });
  test("that moves is a swipe as fast as the hand", () => {
    expect(gestureOf({ from, to: { x: 540, y: 300 }, movedPx: 300, heldMs: 240 })).toEqual({
      type: "swipe",
      params: { x: 540, y: 1200, x2: 540, y2: 300, duration: 240 },
    });
  });
  test("that went away and came back is no tap", () => {
    expect(gestureOf({ from, to: from, movedPx: 80, heldMs: 300 }).type).toBe("swipe");
  });
});

describe("the wheel", () => {
  const screen = { width: 1080, height: 2400 };
  test("turned down moves the content up", () => {
    expect(wheelGesture({ x: 540, y: 1200 }, 0, 500, screen)).toEqual({
      type: "swipe",
      params: { x: 540, y: 1200, x2: 540, y2: 700, duration: 180 },
    });
  });
  test("never ends at an edge, where Android has gestures of its own", () => {
    expect(wheelGesture({ x: 540, y: 1200 }, 0, 9000, screen).params.y2).toBe(240);
    expect(wheelGesture({ x: 540, y: 1200 }, 0, -9000, screen).params.y2).toBe(2160);
  });
});
