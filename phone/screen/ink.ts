import type { PaintContext } from "./paint-context.ts";
import type { Rect } from "./rect.ts";

/** Android's own font where it is installed, then what the desktop systems have for Latin, Hangul and emoji. */
const fontFamilies =
  'Roboto, "Noto Sans", "Segoe UI", "Helvetica Neue", Arial, "Noto Sans KR", "Noto Sans CJK KR", "Apple SD Gothic Neo", ' +
  '"Malgun Gothic", sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji"';

export function fontOf(size: number, weight = 400): string {
  return `${weight} ${size}px ${fontFamilies}`;
}

export interface TextStyle {
  size: number;
  color: string;
  weight?: number;
  align?: CanvasTextAlign;
  /** Longer text ends in an ellipsis. */
  maxWidth?: number;
}

/** One line of text, `y` in its middle. */
export function paintText(context: PaintContext, text: string, x: number, y: number, style: TextStyle): void {
  context.font = fontOf(style.size, style.weight);
  context.fillStyle = style.color;
  context.textAlign = style.align ?? "left";
  context.textBaseline = "middle";
  context.fillText(style.maxWidth === undefined ? text : shorten(context, text, style.maxWidth), x, y);
}

export function fillRound(context: PaintContext, rect: Rect, radius: number, color: string): void {
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(rect.x, rect.y, rect.width, rect.height, radius);
  context.fill();
}

export function fillCircle(
  context: PaintContext,
  x: number,
  y: number,
  radius: number,
  color: string | CanvasGradient,
): void {
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fill();
}

/** Paints inside a rectangle only. */
export function clipped(context: PaintContext, rect: Rect, paint: () => void, radius = 0): void {
  context.save();
  context.beginPath();
  context.roundRect(rect.x, rect.y, rect.width, rect.height, radius);
  context.clip();
  paint();
  context.restore();
}

function shorten(context: PaintContext, text: string, maxWidth: number): string {
  if (context.measureText(text).width <= maxWidth) return text;
  const letters = Array.from(text);
  while (letters.length > 0 && context.measureText(`${letters.join("")}…`).width > maxWidth) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}
