import type { App, AppHost } from "../app.ts";
import { appBarHeight, layAppBar } from "../app-bar.ts";
import { fillRound, paintText } from "../ink.ts";
import { centerOf } from "../rect.ts";
import { safeHue } from "../safe-hue.ts";
import type { View } from "../view.ts";

const notes = [
  ["C", 523.25],
  ["D", 587.33],
  ["E", 659.26],
  ["G", 783.99],
  ["A", 880],
  ["C", 1046.5],
] as const;
const durationMs = 1200;
const gap = 12;

/** A bar for each note, which sounds when it is tapped: the phone's sound, to be heard elsewhere. */
export function openChimes(host: AppHost): App {
  return {
    layout(stage) {
      const { content, theme } = stage;
      const top = content.y + appBarHeight;
      const isWide = content.width > content.height;
      const columns = isWide ? notes.length : 2;
      const rows = Math.ceil(notes.length / columns);
      const width = (content.width - gap * (columns + 1)) / columns;
      const height = (content.y + content.height - top - gap * (rows + 1)) / rows;
      const bars = notes.map(([name, frequency], at): View => {
        const bounds = {
          x: content.x + gap + (at % columns) * (width + gap),
          y: top + gap + Math.floor(at / columns) * (height + gap),
          width,
          height,
        };
        return {
          bounds,
          kind: "Button",
          id: `note${at + 1}`,
          text: name,
          radius: 28,
          onTap: () => host.play({ frequency, durationMs }),
          paint(context) {
            fillRound(context, bounds, 28, `hsl(${safeHue(theme.hue + at * 34)} 58% 58%)`);
            const { x, y } = centerOf(bounds);
            paintText(context, name, x, y, { size: 34, weight: 500, color: "#ffffff", align: "center" });
          },
        };
      });
      return [...layAppBar(stage, "Chimes"), ...bars];
    },
  };
}
