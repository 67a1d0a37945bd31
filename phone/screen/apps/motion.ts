import type { App } from "../app.ts";
import { fillCircle, fillRound, paintText } from "../ink.ts";
import type { PaintContext } from "../paint-context.ts";
import { safeHue } from "../safe-hue.ts";
import { centerOf, type Rect } from "../rect.ts";

const frameMs = 1000 / 60;
const planetCount = 9;

/** Moving pictures at 60 a second, for as long as it is in front. A touch stops and starts it. */
export function openMotion(): App {
  let pausedAt: number | undefined;
  let lostMs = 0;

  const timeOf = (now: number) => (pausedAt ?? now) - lostMs;
  return {
    hasDarkTop: true,
    nextChange: (now) => (pausedAt === undefined ? (Math.floor(now / frameMs) + 1) * frameMs : Infinity),
    layout({ screen, content, now, theme }) {
      const seconds = timeOf(now) / 1000;
      return [
        {
          bounds: screen,
          kind: "View",
          id: "motion",
          text: pausedAt === undefined ? "Moving" : "Paused",
          onTap: () => {
            if (pausedAt === undefined) pausedAt = now;
            else {
              lostMs += now - pausedAt;
              pausedAt = undefined;
            }
          },
          paint(context) {
            const sky = context.createLinearGradient(0, 0, 0, screen.height);
            sky.addColorStop(0, `hsl(${theme.hue} 45% 9%)`);
            sky.addColorStop(1, `hsl(${safeHue(theme.hue + 10)} 55% 22%)`);
            context.fillStyle = sky;
            context.fillRect(screen.x, screen.y, screen.width, screen.height);
            paintPlanets(context, content, theme.hue, seconds);
            const label = pausedAt === undefined ? "Touch to pause" : "Touch to go on";
            paintText(context, label, screen.width / 2, content.y + content.height - 34, {
              size: 15,
              color: "rgb(255 255 255 / 75%)",
              align: "center",
            });
            paintSweep(context, content, seconds);
          },
        },
      ];
    },
  };
}

function paintPlanets(context: PaintContext, box: Rect, hue: number, seconds: number): void {
  const { x, y } = centerOf(box);
  const reach = Math.min(box.width, box.height) * 0.4;
  context.lineWidth = 1;
  context.strokeStyle = "rgb(255 255 255 / 14%)";
  for (let planet = 1; planet <= planetCount; planet += 1) {
    const radius = (reach * planet) / planetCount;
    context.beginPath();
    context.arc(x, y, radius, 0, Math.PI * 2);
    context.stroke();
    const angle = (seconds * 2.6) / Math.sqrt(planet) + planet * 2.1;
    const size = reach * (0.032 + 0.014 * ((planet * 5) % 4));
    const color = `hsl(${safeHue(hue + planet * 39)} 80% 66%)`;
    fillCircle(context, x + Math.cos(angle) * radius, y + Math.sin(angle) * radius, size, color);
  }
  fillCircle(context, x, y, reach * (0.075 + 0.008 * Math.sin(seconds * 3)), "#fff3c4");
}

/** A bar that goes to and fro once in four seconds. */
function paintSweep(context: PaintContext, box: Rect, seconds: number): void {
  const track = { x: box.x + 32, y: box.y + box.height - 14, width: box.width - 64, height: 4 };
  fillRound(context, track, 2, "rgb(255 255 255 / 20%)");
  const place = Math.abs(((seconds / 2) % 2) - 1);
  fillRound(context, { ...track, x: track.x + (track.width - 48) * place, width: 48 }, 2, "#ffffff");
}
