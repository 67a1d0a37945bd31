import { fillRound, paintText } from "./ink.ts";
import type { PaintContext } from "./paint-context.ts";
import { centerOf, contains, type Point, type Rect } from "./rect.ts";
import type { Theme } from "./theme.ts";

/** One piece of the screen. The same list of views is painted, touched and described, so that the three agree. */
export interface View {
  readonly bounds: Rect;
  /** Android class without `android.widget.`; "" is decoration, which is not described. */
  readonly kind: string;
  readonly id?: string;
  readonly text?: string;
  readonly isChecked?: boolean;
  readonly isFocused?: boolean;
  /** Rounds what lights up under a finger. */
  readonly radius?: number;
  /** Nothing of the view is seen or touched outside. */
  readonly clip?: Rect;
  readonly onTap?: () => void;
  readonly paint?: (context: PaintContext) => void;
}

/** Topmost view at a place. */
export function viewAt(views: readonly View[], point: Point): View | undefined {
  return views.findLast(
    ({ bounds, clip }) => contains(bounds, point) && (clip === undefined || contains(clip, point)),
  );
}

export function paintViews(context: PaintContext, views: readonly View[]): void {
  for (const { clip, paint } of views) {
    if (paint === undefined) continue;
    context.save();
    if (clip !== undefined) {
      context.beginPath();
      context.rect(clip.x, clip.y, clip.width, clip.height);
      context.clip();
    }
    paint(context);
    context.restore();
  }
}

/** A filled pill with its text in the middle. */
export function makeButton(
  part: { bounds: Rect; id: string; text: string; isPlain?: boolean; onTap: () => void },
  theme: Theme,
): View {
  const { bounds, text, isPlain } = part;
  const radius = bounds.height / 2;
  return {
    ...part,
    kind: "Button",
    radius,
    paint(context) {
      if (isPlain !== true) fillRound(context, bounds, radius, theme.accent);
      const { x, y } = centerOf(bounds);
      const color = isPlain === true ? theme.accent : theme.onAccent;
      paintText(context, text, x, y, { size: 14, weight: 500, color, align: "center" });
    },
  };
}

export function makeLabel(
  part: {
    bounds: Rect;
    id?: string;
    text: string;
    size: number;
    color: string;
    weight?: number;
    align?: "left" | "center";
    clip?: Rect;
  },
  kind = "TextView",
): View {
  const { bounds, text, size, color, weight = 400, align = "left" } = part;
  return {
    ...part,
    kind,
    paint(context) {
      const x = align === "center" ? bounds.x + bounds.width / 2 : bounds.x;
      paintText(context, text, x, bounds.y + bounds.height / 2, {
        size,
        color,
        weight,
        align,
        maxWidth: bounds.width,
      });
    },
  };
}
