import { fillCircle } from "./ink.ts";
import type { PaintContext } from "./paint-context.ts";
import type { Rect } from "./rect.ts";
import type { Theme } from "./theme.ts";

type Palette = (turn: number, saturation: number, lightness: number) => string;
type Pattern = (context: PaintContext, box: Rect, color: Palette) => void;

/** The picture behind the launcher: one of five patterns in the phone's own hue. */
export function paintWallpaper(context: PaintContext, box: Rect, theme: Theme): void {
  const color: Palette = (turn, saturation, lightness) =>
    `hsl(${(theme.hue + turn * 0.6 + 360) % 360} ${saturation}% ${theme.isDark ? lightness * 0.55 : lightness}%)`;
  const sky = context.createLinearGradient(box.x, box.y, box.x + box.width * 0.4, box.y + box.height);
  sky.addColorStop(0, color(-18, 62, 30));
  sky.addColorStop(0.55, color(12, 60, 46));
  sky.addColorStop(1, color(46, 70, 62));
  context.fillStyle = sky;
  context.fillRect(box.x, box.y, box.width, box.height);
  patterns[theme.pattern % patterns.length]?.(context, box, color);
}

const patterns: readonly Pattern[] = [
  function dunes(context, { width, height }, color) {
    fillCircle(context, width * 0.72, height * 0.5, Math.min(width, height) * 0.17, color(44, 90, 78));
    for (let layer = 0; layer < 5; layer += 1) {
      const top = height * (0.54 + layer * 0.095);
      const swing = height * 0.05;
      context.fillStyle = color(36 - layer * 14, 58, 52 - layer * 9);
      context.beginPath();
      context.moveTo(0, height);
      context.lineTo(0, top + swing * (layer % 2));
      const sign = layer % 2 === 0 ? 1 : -1;
      context.bezierCurveTo(
        width * 0.3,
        top - swing * 2.2 * sign,
        width * 0.6,
        top + swing * 2.4 * sign,
        width,
        top - swing * sign * 0.6,
      );
      context.lineTo(width, height);
      context.closePath();
      context.fill();
    }
  },
  function arcs(context, { width, height }, color) {
    const span = Math.hypot(width, height);
    for (let ring = 7; ring >= 1; ring -= 1)
      fillCircle(
        context,
        width * 0.95,
        height * 0.98,
        span * 0.115 * ring,
        color(ring * 8 - 20, 62, 66 - ring * 5),
      );
    fillCircle(context, width * 0.95, height * 0.98, span * 0.06, color(60, 90, 82));
  },
  function orbs(context, { width, height }, color) {
    const edge = Math.min(width, height);
    const spots: readonly [number, number, number, number][] = [
      [0.12, 0.3, 0.5, -30],
      [0.95, 0.48, 0.46, 40],
      [0.3, 0.72, 0.58, 16],
      [0.85, 0.92, 0.44, -14],
    ];
    for (const [x, y, radius, turn] of spots) {
      const glow = context.createRadialGradient(
        width * x - edge * radius * 0.3,
        height * y - edge * radius * 0.35,
        0,
        width * x,
        height * y,
        edge * radius,
      );
      glow.addColorStop(0, color(turn + 20, 86, 72));
      glow.addColorStop(1, color(turn - 12, 64, 40));
      fillCircle(context, width * x, height * y, edge * radius, glow);
    }
  },
  function ribbons(context, { width, height }, color) {
    for (let band = 0; band < 7; band += 1) {
      const y = height * (0.22 + band * 0.13);
      const rise = width * 0.42;
      context.fillStyle = color(band * 11 - 34, 64, 34 + band * 5.5);
      context.beginPath();
      context.moveTo(0, y + rise * 0.8);
      context.bezierCurveTo(width * 0.35, y + rise, width * 0.55, y - rise * 0.35, width, y - rise * 0.15);
      context.lineTo(width, height);
      context.lineTo(0, height);
      context.closePath();
      context.fill();
    }
  },
  function peaks(context, { width, height }, color) {
    fillCircle(context, width * 0.7, height * 0.45, Math.min(width, height) * 0.13, color(60, 92, 84));
    const ridges: readonly [number, readonly number[]][] = [
      [0.62, [0.02, 0.1, 0.05, 0.17, 0.06, 0.12, 0.01, 0.09]],
      [0.7, [0.13, 0.04, 0.1, 0.01, 0.08, 0.15, 0.05, 0.1]],
      [0.8, [0.03, 0.09, 0.02, 0.12, 0.05, 0.02, 0.11, 0.03]],
      [0.9, [0.08, 0.02, 0.06, 0.01, 0.09, 0.03, 0.05, 0.1]],
    ];
    ridges.forEach(([base, heights], layer) => {
      context.fillStyle = color(24 - layer * 18, 54, 50 - layer * 11);
      context.beginPath();
      context.moveTo(0, height);
      heights.forEach((rise, at) => {
        context.lineTo((width * at) / (heights.length - 1), height * (base - rise * 0.9));
      });
      context.lineTo(width, height);
      context.closePath();
      context.fill();
    });
  },
];
