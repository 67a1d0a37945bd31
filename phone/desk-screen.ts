import type { Display } from "./display.ts";

/** Longest edge of the picture on the desk, in canvas pixels: sharp enough for a thumb-sized screen. */
const longEdge = 640;

/** Draws a phone's own screen on a canvas for as long as both live. */
export function showOnDesk(display: Display, canvas: OffscreenCanvas): void {
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null) return;
  const draw = (): void => {
    const { width, height } = display.size;
    const scale = longEdge / Math.max(width, height);
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    display.drawPanel(context, w, h);
  };
  display.onDamage(draw);
  draw();
}
