import type { App, Stage } from "../app.ts";
import { appBarHeight, layAppBar } from "../app-bar.ts";
import { fillCircle, fillRound, paintText } from "../ink.ts";
import type { Rect } from "../rect.ts";
import { makeScroller } from "../scroller.ts";
import { safeHue } from "../safe-hue.ts";
import { placeNames } from "./place-names.ts";
import type { View } from "../view.ts";

const rowHeight = 72;

/** A list longer than the screen, to drag, fling and turn the wheel on; a touch marks a row. */
export function openPlaces(): App {
  const scroller = makeScroller();
  const marked = new Set<number>();

  function layRow(index: number, bounds: Rect, clip: Rect, { theme }: Stage): View {
    const [city = "", country = ""] = placeNames[index]?.split("/") ?? [];
    const isMarked = marked.has(index);
    return {
      bounds,
      clip,
      kind: "CheckedTextView",
      id: "row",
      text: city,
      isChecked: isMarked,
      radius: 22,
      onTap: () => {
        if (!marked.delete(index)) marked.add(index);
      },
      paint(context) {
        const middle = bounds.y + bounds.height / 2;
        fillRound(
          context,
          { ...bounds, y: bounds.y + 3, height: rowHeight - 6 },
          20,
          isMarked ? theme.raised : theme.surface,
        );
        const hue = safeHue(theme.hue + index * 47);
        fillCircle(context, bounds.x + 36, middle, 21, `hsl(${hue} 55% ${theme.isDark ? 42 : 56}%)`);
        paintText(context, city.slice(0, 1), bounds.x + 36, middle + 1, {
          size: 18,
          weight: 500,
          color: "#ffffff",
          align: "center",
        });
        const maxWidth = bounds.width - 124;
        paintText(context, city, bounds.x + 72, middle - 10, {
          size: 16,
          weight: 500,
          color: theme.text,
          maxWidth,
        });
        paintText(context, country, bounds.x + 72, middle + 12, { size: 13, color: theme.faint, maxWidth });
        const right = bounds.x + bounds.width - 30;
        fillCircle(context, right, middle, 10, isMarked ? theme.accent : theme.outline);
        if (isMarked) fillCircle(context, right, middle, 4, theme.onAccent);
        else fillCircle(context, right, middle, 8.4, theme.surface);
      },
    };
  }

  return {
    scroller,
    layout(stage) {
      const { content, now } = stage;
      const list = {
        ...content,
        y: content.y + appBarHeight,
        height: stage.screen.height - content.y - appBarHeight,
      };
      const columns = content.width > content.height ? 2 : 1;
      const rows = Math.ceil(placeNames.length / columns);
      // The last row comes to rest above the navigation bar, under which the list is drawn.
      const usable = content.y + content.height - list.y;
      scroller.limit(rows * rowHeight - usable + 8);
      const offset = scroller.offset(now);
      const width = (list.width - 16 - 8 * (columns - 1) - 16) / columns;
      const views: View[] = [];
      for (let index = 0; index < placeNames.length; index += 1) {
        const y = list.y + Math.floor(index / columns) * rowHeight - offset;
        if (y + rowHeight < list.y || y > list.y + list.height) continue;
        const x = list.x + 16 + (index % columns) * (width + 8);
        views.push(layRow(index, { x, y, width, height: rowHeight }, list, stage));
      }
      return [...layAppBar(stage, "Places"), ...views];
    },
  };
}
