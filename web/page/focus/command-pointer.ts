import { gestureOf, wheelGesture, type Gesture } from "./gesture.ts";
import type { TouchSurface } from "./live-pointer.ts";
import { contentBox, isOnPicture, screenPoint, type Point } from "./screen-point.ts";

export interface CommandPointerNeeds {
  surface: TouchSurface;
  onGesture(gesture: Gesture): void;
  /** Where the hand is, for the marks; client coordinates. */
  onTouch(from: Point, to: Point): void;
}

interface Held {
  pointerId: number;
  start: Point;
  startedAtMs: number;
  furthestPx: number;
}

const wheelWaitMs = 120;

/** Turns a mouse, pen or finger on the picture into taps, long presses, swipes and scrolls: commands, when they are over. */
export function makeCommandPointer({ surface: target, ...needs }: CommandPointerNeeds) {
  let held: Held | undefined;
  let wheel: { x: number; y: number; at: Point } | undefined;
  let wheelTimer: ReturnType<typeof setTimeout> | undefined;

  function toScreen(pointer: Point): Point | undefined {
    const screen = target.screen();
    if (screen === undefined) return undefined;
    return screenPoint(pointer, contentBox(target.element()), target.picture(), screen);
  }

  function sendWheel(): void {
    const screen = target.screen();
    const turned = wheel;
    wheel = undefined;
    wheelTimer = undefined;
    if (turned === undefined || screen === undefined) return;
    const at = toScreen(turned.at);
    const scale = screen.height / target.element().clientHeight;
    if (at !== undefined) needs.onGesture(wheelGesture(at, turned.x * scale, turned.y * scale, screen));
  }

  return {
    down(event: PointerEvent): void {
      const pointer = pointOf(event);
      if (event.button !== 0 || held !== undefined || target.screen() === undefined) return;
      if (!isOnPicture(pointer, contentBox(target.element()), target.picture())) return;
      target.element().setPointerCapture(event.pointerId);
      held = { pointerId: event.pointerId, start: pointer, startedAtMs: event.timeStamp, furthestPx: 0 };
    },
    move(event: PointerEvent): void {
      if (held?.pointerId !== event.pointerId) return;
      held.furthestPx = Math.max(held.furthestPx, distance(held.start, pointOf(event)));
    },
    up(event: PointerEvent): void {
      if (held?.pointerId !== event.pointerId) return;
      const { start, startedAtMs, furthestPx } = held;
      held = undefined;
      const end = pointOf(event);
      const from = toScreen(start);
      const to = toScreen(end);
      if (from === undefined || to === undefined) return;
      const movedPx = Math.max(furthestPx, distance(start, end));
      needs.onTouch(start, end);
      needs.onGesture(gestureOf({ from, to, movedPx, heldMs: event.timeStamp - startedAtMs }));
    },
    /** Forgets what is pressed: no gesture comes of it. */
    release(): void {
      held = undefined;
    },
    wheel(event: WheelEvent): void {
      if (!isOnPicture(pointOf(event), contentBox(target.element()), target.picture())) return;
      wheel = {
        x: (wheel?.x ?? 0) + event.deltaX,
        y: (wheel?.y ?? 0) + event.deltaY,
        at: wheel?.at ?? pointOf(event),
      };
      wheelTimer ??= setTimeout(sendWheel, wheelWaitMs);
    },
    close(): void {
      clearTimeout(wheelTimer);
    },
  };
}

function pointOf(event: MouseEvent): Point {
  return { x: event.clientX, y: event.clientY };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
