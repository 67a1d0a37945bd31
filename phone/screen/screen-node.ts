import type { ScreenNode } from "../display.ts";
import type { Rect } from "./rect.ts";
import type { View } from "./view.ts";

export interface Layer {
  readonly package: string;
  readonly views: readonly View[];
  /** Nothing below it can be touched. */
  readonly isModal: boolean;
  /** Forbids that it is recorded. */
  readonly isSecure?: boolean;
}

/** The layers as `uiautomator dump` tells them, bounds in device pixels. */
export function describeLayers(layers: readonly Layer[], screen: Rect, pixelsPerDp: number): ScreenNode {
  const front = layers[0]?.package ?? "";
  return {
    ...nodeOf({ bounds: screen, kind: "FrameLayout" }, front, pixelsPerDp),
    children: layers.flatMap((layer) =>
      layer.views
        .filter((view) => view.kind !== "" && isSeen(view))
        .map((view) => nodeOf(view, layer.package, pixelsPerDp)),
    ),
  };
}

function nodeOf(view: View, packageName: string, pixelsPerDp: number): ScreenNode {
  const { x, y, width, height } = clip(view);
  const pixels = (dp: number) => Math.round(dp * pixelsPerDp);
  const isPlain = view.kind === "View";
  return {
    package: packageName,
    class: isPlain ? "android.view.View" : `android.widget.${view.kind}`,
    resourceId: view.id === undefined ? "" : `${packageName}:id/${view.id}`,
    text: view.text ?? "",
    isClickable: view.onTap !== undefined,
    isChecked: view.isChecked ?? false,
    isFocused: view.isFocused ?? false,
    bounds: { left: pixels(x), top: pixels(y), right: pixels(x + width), bottom: pixels(y + height) },
    children: [],
  };
}

/** A row that is scrolled away is not there for whoever reads the screen. */
function isSeen(view: View): boolean {
  const { width, height } = clip(view);
  return width > 0 && height > 0;
}

function clip({ bounds, clip: limits }: View): Rect {
  if (limits === undefined) return bounds;
  const x = Math.max(bounds.x, limits.x);
  const y = Math.max(bounds.y, limits.y);
  const right = Math.min(bounds.x + bounds.width, limits.x + limits.width);
  const bottom = Math.min(bounds.y + bounds.height, limits.y + limits.height);
  return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}
