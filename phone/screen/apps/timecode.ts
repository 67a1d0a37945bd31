import type { App } from "../app.ts";
import { timecodeCells, timecodeGrid } from "../timecode.ts";

const changeMs = 100;

/**
 * Says on its whole screen when it was painted, in squares that a program can read from a picture: how old a picture is
 * by the time it is seen. A touch turns one of them over.
 */
export function openTimecode(): App {
  let isTurned = false;
  return {
    hasDarkTop: true,
    nextChange: (now) => (Math.floor(now / changeMs) + 1) * changeMs,
    onTouch: ({ action }) => {
      if (action === "down") isTurned = !isTurned;
    },
    layout: ({ screen, now }) => [
      {
        bounds: screen,
        kind: "View",
        id: "timecode",
        text: "Timecode",
        paint(context) {
          context.fillStyle = "#808080";
          context.fillRect(screen.x, screen.y, screen.width, screen.height);
          const { columns, rows } = timecodeGrid;
          const width = screen.width / columns;
          const height = screen.height / rows;
          for (const [at, isWhite] of timecodeCells(now, isTurned).entries()) {
            context.fillStyle = isWhite ? "#ffffff" : "#000000";
            const x = screen.x + (at % columns) * width;
            context.fillRect(x, screen.y + Math.floor(at / columns) * height, width, height);
          }
        },
      },
    ],
  };
}
