import type { AppHost, Stage } from "./app.ts";
import { clockText, dateText } from "./clock-text.ts";
import { fillRound, paintText } from "./ink.ts";
import type { Rect } from "./rect.ts";
import { centerOf } from "./rect.ts";
import { makeLabel, type View } from "./view.ts";

/** What is pulled down from the top: two tiles, and the notification every debugged phone has. */
export function layNotificationPanel(stage: Stage, host: AppHost, close: () => void): View[] {
  const { screen, content, wallTime, theme } = stage;
  const width = Math.min(screen.width, 420);
  const box = { x: (screen.width - width) / 2, y: 0, width, height: content.y + 262 };
  const tile = (width - 48 - 12) / 2;
  const top = content.y + 84;
  const isDark = host.isDark();
  return [
    {
      bounds: screen,
      kind: "View",
      id: "scrim",
      onTap: close,
      paint(context) {
        context.fillStyle = "rgb(0 0 0 / 50%)";
        context.fillRect(screen.x, screen.y, screen.width, screen.height);
      },
    },
    { bounds: box, kind: "", paint: (context) => fillRound(context, box, 28, theme.background) },
    makeLabel({
      bounds: { x: box.x + 24, y: content.y + 8, width: width - 48, height: 40 },
      text: clockText(wallTime),
      size: 34,
      weight: 300,
      color: theme.text,
    }),
    makeLabel({
      bounds: { x: box.x + 24, y: content.y + 48, width: width - 48, height: 22 },
      text: dateText(wallTime),
      size: 14,
      color: theme.faint,
    }),
    layTile(
      { x: box.x + 24, y: top, width: tile, height: 60 },
      "dark_tile",
      "Dark theme",
      isDark,
      stage,
      () => host.setDark(!isDark),
    ),
    layTile(
      { x: box.x + 36 + tile, y: top, width: tile, height: 60 },
      "turn_tile",
      "Turn screen",
      screen.width > screen.height,
      stage,
      host.turn,
    ),
    layNotification({ x: box.x + 16, y: top + 76, width: width - 32, height: 76 }, stage),
  ];
}

function layTile(
  bounds: Rect,
  id: string,
  text: string,
  isOn: boolean,
  { theme }: Stage,
  onTap: () => void,
): View {
  return {
    bounds,
    kind: "Switch",
    id,
    text,
    isChecked: isOn,
    radius: 22,
    onTap,
    paint(context) {
      fillRound(context, bounds, 22, isOn ? theme.accent : theme.raised);
      const { x, y } = centerOf(bounds);
      const style = { size: 15, weight: 500, align: "center" } as const;
      paintText(context, text, x, y + 1, { ...style, color: isOn ? theme.onAccent : theme.text });
    },
  };
}

function layNotification(bounds: Rect, { theme }: Stage): View {
  const title = "USB debugging connected";
  return {
    bounds,
    kind: "TextView",
    id: "notification",
    text: title,
    paint(context) {
      fillRound(context, bounds, 22, theme.surface);
      const middle = bounds.y + bounds.height / 2;
      const left = bounds.x + 20;
      const maxWidth = bounds.width - 40;
      paintText(context, title, left, middle - 11, { size: 15, weight: 500, color: theme.text, maxWidth });
      const hint = "A computer may control this phone";
      paintText(context, hint, left, middle + 12, { size: 13, color: theme.faint, maxWidth });
    },
  };
}
