import type { App, Touch } from "../app.ts";
import { appBarHeight, layAppBar } from "../app-bar.ts";
import { paintText } from "../ink.ts";
import { safeHue } from "../safe-hue.ts";
import type { Point } from "../rect.ts";
import { makeButton } from "../view.ts";

interface Stroke {
  readonly hue: number;
  readonly points: Point[];
}
const mostStrokes = 200;
const mostPoints = 2_000;

/** Every finger draws its own line: shows drags and several fingers at once. */
export function openSketch(): App {
  let strokes: Stroke[] = [];
  let drawn = 0;
  const drawing = new Map<number, Stroke>();

  return {
    onTouch(touch: Touch) {
      if (touch.action === "down") {
        const stroke = { hue: (drawn * 67 + 8) % 360, points: [touch] };
        drawn += 1;
        drawing.set(touch.id, stroke);
        strokes = [...strokes.slice(1 - mostStrokes), stroke];
      } else if (touch.action === "move") {
        const points = drawing.get(touch.id)?.points;
        if (points !== undefined && points.length < mostPoints) points.push({ x: touch.x, y: touch.y });
      } else drawing.delete(touch.id);
    },
    layout(stage) {
      const { content, theme } = stage;
      const canvas = {
        ...content,
        y: content.y + appBarHeight,
        height: stage.screen.height - content.y - appBarHeight,
      };
      const clear = {
        x: content.x + content.width - 112,
        y: content.y + 12,
        width: 96,
        height: 40,
      };
      return [
        ...layAppBar(stage, "Sketch"),
        {
          bounds: canvas,
          clip: canvas,
          kind: "View",
          id: "canvas",
          text: strokes.length === 1 ? "1 line" : `${strokes.length} lines`,
          paint(context) {
            context.fillStyle = theme.surface;
            context.fillRect(canvas.x, canvas.y, canvas.width, canvas.height);
            if (strokes.length === 0)
              paintText(
                context,
                "Draw with your fingers",
                canvas.x + canvas.width / 2,
                canvas.y + canvas.height / 2,
                {
                  size: 17,
                  color: theme.faint,
                  align: "center",
                },
              );
            context.lineWidth = 7;
            context.lineCap = "round";
            context.lineJoin = "round";
            for (const { hue, points } of strokes) {
              context.strokeStyle = `hsl(${safeHue(hue)} 75% ${theme.isDark ? 64 : 52}%)`;
              context.beginPath();
              points.forEach(({ x, y }, index) =>
                index === 0 ? context.moveTo(x, y) : context.lineTo(x, y),
              );
              const [only, ...more] = points;
              // A line needs two ends to be seen, also when the finger did not move.
              if (only !== undefined && more.length === 0) context.lineTo(only.x + 0.1, only.y);
              context.stroke();
            }
          },
        },
        makeButton(
          {
            bounds: clear,
            id: "clear",
            text: "Clear",
            onTap: () => {
              strokes = [];
              drawing.clear();
            },
          },
          theme,
        ),
      ];
    },
  };
}
