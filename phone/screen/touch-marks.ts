import { fillCircle } from "./ink.ts";
import type { PaintContext } from "./paint-context.ts";

/** Nothing else on the screen has this colour, so that a test finds a touch by its pixels. */
export const touchMarkColor = "#ff2bd6";
/** The opaque dot's and the ring's outer radius, of the display's short edge. */
export const touchDotShare = 0.018;
export const touchRingShare = 0.032;
/** How long a mark stays after its finger left; then it is pale for a moment and gone. */
export const touchMarkMs = 700;
const paleMs = 120;

/** Where fingers are and just were, in device pixels, as Android's "Show taps". */
export interface TouchMarks {
  set(id: number, x: number, y: number): void;
  release(id: number, now: number): void;
  clear(): void;
  paint(context: PaintContext, shortEdge: number, now: number): void;
  nextChange(now: number): number;
}

interface Mark {
  x: number;
  y: number;
  releasedAt: number | undefined;
}

export function makeTouchMarks(): TouchMarks {
  /** A finger's new touch takes its old mark away. */
  const marks = new Map<number, Mark>();

  const age = (mark: Mark, now: number) => (mark.releasedAt === undefined ? 0 : now - mark.releasedAt);
  function forget(now: number): void {
    for (const [id, mark] of marks) if (age(mark, now) >= touchMarkMs + paleMs) marks.delete(id);
  }

  return {
    set(id, x, y) {
      marks.set(id, { x, y, releasedAt: undefined });
    },
    release(id, now) {
      const mark = marks.get(id);
      if (mark !== undefined) mark.releasedAt ??= now;
    },
    clear() {
      marks.clear();
    },
    paint(context, shortEdge, now) {
      forget(now);
      const ring = shortEdge * touchRingShare;
      for (const mark of marks.values()) {
        context.save();
        if (age(mark, now) >= touchMarkMs) context.globalAlpha = 0.4;
        fillCircle(context, mark.x, mark.y, shortEdge * touchDotShare, touchMarkColor);
        context.strokeStyle = touchMarkColor;
        context.lineWidth = ring * 0.2;
        context.beginPath();
        context.arc(mark.x, mark.y, ring * 0.9, 0, Math.PI * 2);
        context.stroke();
        context.restore();
      }
    },
    nextChange(now) {
      forget(now);
      let next = Infinity;
      for (const { releasedAt } of marks.values()) {
        if (releasedAt === undefined) continue;
        const paleAt = releasedAt + touchMarkMs;
        next = Math.min(next, now < paleAt ? paleAt : paleAt + paleMs);
      }
      return next;
    },
  };
}
