import type { App, AppHost, InstalledApp, Stage } from "../app.ts";
import { layClock } from "../clock-face.ts";
import { fillRound, paintText } from "../ink.ts";
import type { Rect } from "../rect.ts";
import type { View } from "../view.ts";
import { paintWallpaper } from "../wallpaper.ts";

const iconSize = 56;
const cellSize = { width: 66, height: 92 };
const cardHeight = 68;
const widestCard = 440;
const white = "#ffffff";

/** The home screen: a clock, what this phone is, and an icon for each app. */
export function openLauncher(host: AppHost): App {
  return {
    hasDarkTop: true,
    layout(stage) {
      const { screen, content, theme } = stage;
      const isWide = content.width > content.height;
      const half: Rect = isWide ? { ...content, width: content.width / 2 } : content;
      const card = Math.min(half.width - 48, widestCard);
      const top = content.y + (isWide ? content.height * 0.12 : content.height * 0.09);
      return [
        {
          bounds: screen,
          kind: "FrameLayout",
          id: "workspace",
          paint: (context) => paintWallpaper(context, screen, theme),
        },
        ...layClock(half, top, stage.wallTime),
        layCard(
          { x: half.x + (half.width - card) / 2, y: top + 138, width: card, height: cardHeight },
          host,
          stage,
        ),
        ...(isWide
          ? layIcons({ ...content, x: content.x + content.width / 2, width: content.width / 2 }, host, true)
          : layIcons(content, host, false)),
      ];
    },
  };
}

function layCard(bounds: Rect, host: AppHost, { now }: Stage): View {
  const { model } = host;
  const battery = host.battery(now);
  return {
    bounds,
    kind: "TextView",
    id: "device",
    text: `${model.model} ${model.serial}`,
    radius: 24,
    onTap: () => host.launch("com.android.settings"),
    paint(context) {
      fillRound(context, bounds, 24, "rgb(0 0 0 / 26%)");
      const middle = bounds.y + bounds.height / 2;
      const left = bounds.x + 22;
      const maxWidth = bounds.width - 110;
      paintText(context, model.model, left, middle - 11, { size: 17, weight: 500, color: white, maxWidth });
      const line = `Android ${model.androidVersion} · ${model.serial}`;
      paintText(context, line, left, middle + 12, { size: 13, color: "rgb(255 255 255 / 82%)", maxWidth });
      const x = bounds.x + bounds.width - 42;
      context.lineWidth = 4.5;
      context.lineCap = "round";
      context.strokeStyle = "rgb(255 255 255 / 28%)";
      context.beginPath();
      context.arc(x, middle, 20, 0, Math.PI * 2);
      context.stroke();
      context.strokeStyle = white;
      context.beginPath();
      context.arc(x, middle, 20, -Math.PI / 2, -Math.PI / 2 + (Math.PI * 2 * battery) / 100);
      context.stroke();
      paintText(context, String(battery), x, middle + 1, {
        size: 14,
        weight: 500,
        color: white,
        align: "center",
      });
    },
  };
}

function layIcons(box: Rect, host: AppHost, isCentred: boolean): View[] {
  const apps = host.launchable;
  const columns = Math.min(apps.length, Math.max(3, Math.floor((box.width - 16) / cellSize.width)));
  const rows = Math.ceil(apps.length / columns);
  const step = Math.min((box.width - 16) / columns, 116);
  const left = box.x + (box.width - step * columns) / 2;
  const free = box.height - rows * cellSize.height;
  const top = box.y + (isCentred ? free / 2 : free - 28);
  return apps.map((app, index) =>
    layIcon(app, host, {
      x: left + (index % columns) * step,
      y: top + Math.floor(index / columns) * cellSize.height,
      width: step,
      height: cellSize.height,
    }),
  );
}

function layIcon(app: InstalledApp, host: AppHost, bounds: Rect): View {
  const center = bounds.x + bounds.width / 2;
  return {
    bounds,
    kind: "TextView",
    id: "icon",
    text: app.label,
    radius: 20,
    onTap: () => host.launch(app.packageName),
    paint(context) {
      app.icon(context, { x: center - iconSize / 2, y: bounds.y + 6, width: iconSize, height: iconSize });
      const style = { size: 13, weight: 500, align: "center" } as const;
      paintText(context, app.label, center, bounds.y + iconSize + 21, {
        ...style,
        color: "rgb(0 0 0 / 35%)",
      });
      paintText(context, app.label, center, bounds.y + iconSize + 20, { ...style, color: white });
    },
  };
}
