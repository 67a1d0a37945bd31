import type { App } from "../app.ts";
import { appBarHeight, layAppBar } from "../app-bar.ts";
import { fillRound, paintText } from "../ink.ts";
import { makeLabel, type View } from "../view.ts";

const bookings = [
  ["Farm rent", "−420.00"],
  ["Forty USB cables", "−186.40"],
  ["Interest", "+3.17"],
  ["Coffee", "−4.20"],
] as const;
const rowHeight = 60;

/** Forbids pictures of itself, as banks do: only who holds the phone sees what it says. */
export function openBank(): App {
  return {
    layout(stage) {
      const { content, theme } = stage;
      const width = Math.min(content.width - 32, 480);
      const x = content.x + (content.width - width) / 2;
      const card = { x, y: content.y + appBarHeight + 8, width, height: 128 };
      const free = content.y + content.height - card.y - card.height - 16;
      const rows = bookings
        .slice(0, Math.max(0, Math.floor(free / rowHeight)))
        .map(([text, amount], at): View => {
          const bounds = { x, y: card.y + card.height + 16 + at * rowHeight, width, height: rowHeight - 4 };
          return {
            bounds,
            kind: "TextView",
            id: "booking",
            text: `${text} ${amount}`,
            paint(context) {
              fillRound(context, bounds, 16, theme.surface);
              const y = bounds.y + bounds.height / 2;
              paintText(context, text, x + 20, y, { size: 16, color: theme.text, maxWidth: width - 140 });
              paintText(context, amount, x + width - 96, y, { size: 16, weight: 500, color: theme.faint });
            },
          };
        });
      return [
        ...layAppBar(stage, "Bank"),
        { bounds: card, kind: "", paint: (context) => fillRound(context, card, 24, theme.accent) },
        makeLabel({
          bounds: { x: x + 24, y: card.y + 22, width: width - 48, height: 24 },
          text: "Balance",
          size: 15,
          color: theme.onAccent,
        }),
        makeLabel({
          bounds: { x: x + 24, y: card.y + 54, width: width - 48, height: 48 },
          id: "balance",
          text: "12,345.67",
          size: 40,
          color: theme.onAccent,
        }),
        ...rows,
      ];
    },
  };
}
