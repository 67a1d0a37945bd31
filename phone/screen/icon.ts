import { fillCircle, fillRound } from "./ink.ts";
import type { PaintContext } from "./paint-context.ts";
import type { Rect } from "./rect.ts";

/** Paints on a square of 48 × 48 whose corners are Android's "squircle". */
export function makeIcon(
  colors: readonly [string, string],
  paint: (context: PaintContext) => void,
): (context: PaintContext, box: Rect) => void {
  return (context, box) => {
    context.save();
    context.translate(box.x, box.y);
    context.scale(box.width / 48, box.height / 48);
    fillRound(context, { x: 0, y: 1, width: 48, height: 48 }, 15, "rgb(0 0 0 / 18%)");
    const shade = context.createLinearGradient(0, 0, 48, 48);
    shade.addColorStop(0, colors[0]);
    shade.addColorStop(1, colors[1]);
    context.fillStyle = shade;
    context.beginPath();
    context.roundRect(0, 0, 48, 48, 15);
    context.fill();
    paint(context);
    context.restore();
  };
}

export const notesIcon = makeIcon(["#ffd561", "#f5a623"], (context) => {
  fillRound(context, { x: 13, y: 10, width: 22, height: 28 }, 4, "#fffaf0");
  for (const [y, width] of [
    [17, 14],
    [22, 14],
    [27, 9],
  ] as const)
    fillRound(context, { x: 17, y, width, height: 2.4 }, 1.2, "#c98a1b");
  context.strokeStyle = "#5d4037";
  context.lineWidth = 3.4;
  context.lineCap = "round";
  context.beginPath();
  context.moveTo(30, 34);
  context.lineTo(38, 24);
  context.stroke();
});

export const placesIcon = makeIcon(["#5ee0a0", "#129e77"], (context) => {
  context.fillStyle = "#ffffff";
  context.beginPath();
  context.arc(24, 20, 10, Math.PI * 0.86, Math.PI * 2.14);
  context.quadraticCurveTo(31, 31, 24, 39);
  context.quadraticCurveTo(17, 31, 14.9, 24.3);
  context.fill();
  fillCircle(context, 24, 20, 4.2, "#12946f");
});

export const motionIcon = makeIcon(["#9b7bff", "#5a35d6"], (context) => {
  context.strokeStyle = "rgb(255 255 255 / 55%)";
  context.lineWidth = 2;
  context.beginPath();
  context.ellipse(24, 24, 15, 7, -0.5, 0, Math.PI * 2);
  context.stroke();
  fillCircle(context, 24, 24, 6.4, "#ffffff");
  fillCircle(context, 37, 17, 3.4, "#ffd561");
  fillCircle(context, 11.5, 30.5, 2.6, "#7ef0ff");
});

export const sketchIcon = makeIcon(["#ffa45c", "#e2502b"], (context) => {
  context.strokeStyle = "#ffffff";
  context.lineWidth = 4;
  context.lineCap = "round";
  context.beginPath();
  context.moveTo(11, 31);
  context.bezierCurveTo(17, 12, 24, 14, 22, 25);
  context.bezierCurveTo(20, 37, 31, 36, 37, 17);
  context.stroke();
  fillCircle(context, 37, 17, 3.6, "#ffe9a8");
});

export const bankIcon = makeIcon(["#5aa9e6", "#1f5fa8"], (context) => {
  context.fillStyle = "#ffffff";
  context.beginPath();
  context.moveTo(10, 20);
  context.lineTo(24, 10);
  context.lineTo(38, 20);
  context.closePath();
  context.fill();
  for (const x of [13, 22, 31]) context.fillRect(x, 23, 4, 11);
  context.fillRect(10, 36, 28, 3);
});

export const chimesIcon = makeIcon(["#4fd1c5", "#2b7a78"], (context) => {
  context.fillStyle = "#ffffff";
  context.beginPath();
  context.ellipse(17, 33, 5.4, 4.2, -0.3, 0, Math.PI * 2);
  context.ellipse(34, 30, 5.4, 4.2, -0.3, 0, Math.PI * 2);
  context.fill();
  context.strokeStyle = "#ffffff";
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(21.4, 32);
  context.lineTo(21.4, 15);
  context.lineTo(38.4, 12);
  context.lineTo(38.4, 29);
  context.stroke();
});

export const settingsIcon = makeIcon(["#9fb3c8", "#4c6278"], (context) => {
  context.fillStyle = "#ffffff";
  context.save();
  context.translate(24, 24);
  for (let tooth = 0; tooth < 8; tooth += 1) {
    context.rotate(Math.PI / 4);
    context.beginPath();
    context.roundRect(-3, -15, 6, 8, 2);
    context.fill();
  }
  context.restore();
  fillCircle(context, 24, 24, 10.6, "#ffffff");
  fillCircle(context, 24, 24, 4.6, "#60788f");
});
