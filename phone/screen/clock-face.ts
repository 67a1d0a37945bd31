import { clockText, dateText } from "./clock-text.ts";
import type { Rect } from "./rect.ts";
import { makeLabel, type View } from "./view.ts";

const white = "#ffffff";

/** The large clock over a wallpaper, and the date below it. */
export function layClock(box: Rect, top: number, now: number): View[] {
  return [
    makeLabel({
      bounds: { x: box.x, y: top, width: box.width, height: 84 },
      id: "clock",
      text: clockText(now),
      size: 80,
      weight: 300,
      color: white,
      align: "center",
    }),
    makeLabel({
      bounds: { x: box.x, y: top + 92, width: box.width, height: 24 },
      id: "date",
      text: dateText(now),
      size: 18,
      color: white,
      align: "center",
    }),
  ];
}
