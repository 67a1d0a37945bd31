import type { App, AppHost, Stage } from "../app.ts";
import { appBarHeight, layAppBar } from "../app-bar.ts";
import { fillCircle, fillRound, paintText } from "../ink.ts";
import type { Rect } from "../rect.ts";
import { makeScroller } from "../scroller.ts";
import type { View } from "../view.ts";

const rowHeight = 68;
const gap = 4;

interface Row {
  id: string;
  title: string;
  value: string;
  /** A switch; undefined: no switch. */
  isOn?: boolean;
  onTap?: () => void;
}

/** What this phone is, and what about its screen can be set. */
export function openSettings(host: AppHost): App {
  const scroller = makeScroller();

  function listRows(now: number): Row[] {
    const { manufacturer, model, serial, androidVersion, sdk, naturalSize, density } = host.model;
    const isDark = host.isDark();
    const { keyguard } = host;
    return [
      {
        id: "dark",
        title: "Dark theme",
        value: isDark ? "On" : "Off",
        isOn: isDark,
        onTap: () => host.setDark(!isDark),
      },
      { id: "turn", title: "Turn the screen", value: "Portrait or landscape", onTap: host.turn },
      {
        id: "lock",
        title: "Screen lock",
        value: keyguard.isEnabled ? "Swipe" : "None",
        isOn: keyguard.isEnabled,
        onTap: () => (keyguard.isEnabled = !keyguard.isEnabled),
      },
      { id: "model", title: "Model", value: `${manufacturer} ${model}` },
      { id: "android", title: "Android version", value: `${androidVersion} (API ${sdk})` },
      { id: "serial", title: "Serial number", value: serial },
      {
        id: "display",
        title: "Display",
        value: `${naturalSize.width} × ${naturalSize.height}, ${density} dpi`,
      },
      { id: "battery", title: "Battery", value: `${host.battery(now)}%` },
    ];
  }

  return {
    scroller,
    layout(stage) {
      const { content, now } = stage;
      const rows = listRows(now);
      const list = {
        ...content,
        y: content.y + appBarHeight,
        height: stage.screen.height - content.y - appBarHeight,
      };
      const usable = content.y + content.height - list.y;
      scroller.limit(rows.length * (rowHeight + gap) - usable + 8);
      const width = Math.min(list.width - 32, 640);
      const x = list.x + (list.width - width) / 2;
      const views = rows.map((row, index) => {
        const y = list.y + index * (rowHeight + gap) - scroller.offset(now);
        return layRow(row, { x, y, width, height: rowHeight }, list, stage);
      });
      return [...layAppBar(stage, "Settings"), ...views];
    },
  };
}

function layRow(row: Row, bounds: Rect, clip: Rect, { theme }: Stage): View {
  const { id, title, value, isOn, onTap } = row;
  return {
    bounds,
    clip,
    kind: isOn === undefined ? "TextView" : "Switch",
    id,
    text: isOn === undefined ? value : title,
    radius: 20,
    ...(isOn === undefined ? {} : { isChecked: isOn }),
    ...(onTap === undefined ? {} : { onTap }),
    paint(context) {
      fillRound(context, bounds, 20, theme.surface);
      const middle = bounds.y + bounds.height / 2;
      const left = bounds.x + 20;
      const maxWidth = bounds.width - (isOn === undefined ? 40 : 110);
      paintText(context, title, left, middle - 11, { size: 17, color: theme.text, maxWidth });
      paintText(context, value, left, middle + 13, { size: 14, color: theme.faint, maxWidth });
      if (isOn === undefined) return;
      const track = { x: bounds.x + bounds.width - 72, y: middle - 16, width: 52, height: 32 };
      fillRound(context, track, 16, isOn ? theme.accent : theme.outline);
      fillCircle(
        context,
        track.x + (isOn ? 36 : 16),
        middle,
        isOn ? 12 : 9,
        isOn ? theme.onAccent : theme.surface,
      );
    },
  };
}
