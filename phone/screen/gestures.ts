import type { Touch } from "./app.ts";
import type { Point, Rect } from "./rect.ts";
import type { Scroller } from "./scroller.ts";
import type { View } from "./view.ts";

/** A finger that moves less than this is a tap. */
const slopDp = 8;
const edgeDp = 20;
const swipeDp = 56;
/** The speed of a fling is taken from the last part of the drag. */
const speedWindowMs = 100;

/** What a gesture may meet and do. */
export interface GestureTarget {
  readonly screen: Rect;
  /** Whether swipes from the edges go home and back. */
  readonly hasGestures: boolean;
  readonly topEdge: number;
  readonly bottomEdge: number;
  viewAt: (point: Point) => View | undefined;
  /** What a drag moves now, if anything. */
  readonly scroller: Scroller | undefined;
  /** An app that takes every finger itself. */
  readonly onTouch: ((touch: Touch) => void) | undefined;
  /** The lock screen is in front: all that is left is the swipe that takes it away. */
  readonly isLocked: boolean;
  unlock: () => void;
  home: () => void;
  back: () => void;
  showPanel: () => void;
}

/** Makes taps, drags, flings and swipes out of what the first finger does; further fingers go to apps that ask for them. */
export interface Gestures {
  touch(touch: Touch, now: number): void;
  /** What lights up under the finger. */
  readonly pressed: View | undefined;
  cancel(): void;
}

type Kind = "tap" | "drag" | "bottom" | "top" | "side" | "raw";
interface Drag {
  id: number;
  kind: Kind;
  start: Point;
  last: Point;
  view: View | undefined;
  trail: { y: number; at: number }[];
}

export function makeGestures(target: GestureTarget): Gestures {
  let drag: Drag | undefined;
  const rawIds = new Set<number>();

  function begin(touch: Touch, now: number): void {
    const view = target.viewAt(touch);
    let kind: Kind = "tap";
    if (touch.y <= target.topEdge) kind = "top";
    else if (target.hasGestures && touch.y >= target.bottomEdge) kind = "bottom";
    else if (view?.onTap === undefined && target.onTouch !== undefined) kind = "raw";
    else if (
      target.hasGestures &&
      (touch.x < edgeDp || touch.x > target.screen.x + target.screen.width - edgeDp)
    )
      kind = "side";
    drag = { id: touch.id, kind, start: touch, last: touch, view, trail: [{ y: touch.y, at: now }] };
    if (kind === "raw") passOn(touch);
  }

  function passOn(touch: Touch): void {
    if (touch.action === "down") rawIds.add(touch.id);
    if (rawIds.has(touch.id)) target.onTouch?.(touch);
    if (touch.action === "up" || touch.action === "cancel") rawIds.delete(touch.id);
  }

  function move(current: Drag, touch: Touch, now: number): void {
    const dx = touch.x - current.start.x;
    const dy = touch.y - current.start.y;
    if (current.kind === "tap" && Math.hypot(dx, dy) > slopDp) {
      current.kind = "drag";
      current.view = undefined;
    }
    if (current.kind === "drag") target.scroller?.scrollBy(current.last.y - touch.y, now);
    current.last = touch;
    current.trail = [...current.trail.filter(({ at }) => now - at <= speedWindowMs), { y: touch.y, at: now }];
  }

  function end(current: Drag, now: number): void {
    const dx = current.last.x - current.start.x;
    const dy = current.last.y - current.start.y;
    if (target.isLocked) {
      if (-dy > swipeDp) target.unlock();
      return undefined;
    }
    const isStill = Math.hypot(dx, dy) <= slopDp;
    switch (current.kind) {
      case "drag":
        target.scroller?.fling(-speedOf(current.trail, now), now);
        return;
      case "bottom":
        if (-dy > swipeDp) return target.home();
        break;
      case "top":
        if (dy > swipeDp) return target.showPanel();
        break;
      case "side":
        if (Math.abs(dx) > swipeDp && Math.abs(dx) > Math.abs(dy)) return target.back();
        break;
      default:
    }
    if (isStill && current.kind !== "raw") current.view?.onTap?.();
    return undefined;
  }

  return {
    get pressed() {
      return drag?.view?.onTap === undefined ? undefined : drag.view;
    },
    touch(touch, now) {
      if (touch.action === "down" && drag === undefined) return begin(touch, now);
      if (drag === undefined || touch.id !== drag.id) {
        if (drag?.kind === "raw" || rawIds.has(touch.id)) passOn(touch);
        return undefined;
      }
      const current = drag;
      if (current.kind === "raw") passOn(touch);
      if (touch.action === "cancel") drag = undefined;
      else move(current, touch, now);
      if (touch.action === "up") {
        drag = undefined;
        end(current, now);
      }
      return undefined;
    },
    cancel() {
      drag = undefined;
      rawIds.clear();
    },
  };
}

/** dp a millisecond, above 0 downwards. */
function speedOf(trail: Drag["trail"], now: number): number {
  const recent = trail.filter(({ at }) => now - at <= speedWindowMs);
  const [first] = recent;
  const last = recent.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < 5) return 0;
  return (last.y - first.y) / (last.at - first.at);
}
