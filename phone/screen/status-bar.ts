import { clockText } from "./clock-text.ts";
import { fillRound, paintText } from "./ink.ts";
import type { PaintContext } from "./paint-context.ts";
import type { Rect } from "./rect.ts";
import type { View } from "./view.ts";

export const statusBarHeight = 28;
const margin = 18;

/** Clock at the left; signal, Wi-Fi and battery at the right. */
export function layStatusBar(screen: Rect, now: number, battery: number, color: string): View[] {
  const middle = screen.y + statusBarHeight / 2;
  const right = screen.x + screen.width - margin;
  const clock = clockText(now);
  return [
    {
      bounds: { x: margin, y: 4, width: 60, height: statusBarHeight - 8 },
      kind: "TextView",
      id: "clock",
      text: clock,
      paint: (context) => paintText(context, clock, margin, middle + 1, { size: 14, weight: 500, color }),
    },
    {
      bounds: { x: right - 96, y: 4, width: 96, height: statusBarHeight - 8 },
      kind: "TextView",
      id: "battery",
      text: `${battery}%`,
      paint(context) {
        paintText(context, `${battery}%`, right, middle + 1, {
          size: 12,
          weight: 500,
          color,
          align: "right",
        });
        paintBattery(context, right - 44, middle, battery, color);
        paintSignal(context, right - 62, middle, color);
        paintWifi(context, right - 76, middle, color);
      },
    },
  ];
}

function paintBattery(context: PaintContext, x: number, y: number, percent: number, color: string): void {
  context.globalAlpha = 0.35;
  fillRound(context, { x: x - 0.5, y: y - 7.4, width: 5, height: 3 }, 1, color);
  fillRound(context, { x: x - 2.5, y: y - 6, width: 9, height: 13 }, 2, color);
  context.globalAlpha = 1;
  const height = 13 * (percent / 100);
  fillRound(
    context,
    { x: x - 2.5, y: y + 7 - height, width: 9, height },
    2,
    percent <= 15 ? "#ff5a4f" : color,
  );
}

function paintSignal(context: PaintContext, x: number, y: number, color: string): void {
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(x - 6, y + 6.5);
  context.lineTo(x + 6.5, y + 6.5);
  context.lineTo(x + 6.5, y - 6.5);
  context.closePath();
  context.fill();
}

function paintWifi(context: PaintContext, x: number, y: number, color: string): void {
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(x - 6, y + 6.5);
  context.arc(x - 6, y + 6.5, 14, -Math.PI * 0.76, -Math.PI * 0.24);
  context.closePath();
  context.fill();
}
