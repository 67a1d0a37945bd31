import { fillCircle, fillRound } from "./ink.ts";
import type { Rect } from "./rect.ts";
import type { Theme } from "./theme.ts";
import type { View } from "./view.ts";

const mostLevel = 15;
const shownMs = 1_500;

/** The media volume, and the slider that shows for a moment when it is changed. */
export interface Volume {
  /** 0 is mute, 1 the loudest. */
  readonly share: number;
  change(step: -1 | 0 | 1, now: number): void;
  layout(screen: Rect, theme: Theme, now: number): View[];
  nextChange(now: number): number;
}

export function makeVolume(): Volume {
  let level = 8;
  let hiddenAt = -Infinity;
  return {
    get share() {
      return level / mostLevel;
    },
    change(step, now) {
      level = step === 0 ? 0 : Math.min(mostLevel, Math.max(0, level + step));
      hiddenAt = now + shownMs;
    },
    layout(screen, theme, now) {
      if (now >= hiddenAt) return [];
      const height = Math.min(220, screen.height * 0.5);
      const bounds = { x: screen.width - 68, y: (screen.height - height) * 0.4, width: 52, height };
      return [
        {
          bounds,
          kind: "SeekBar",
          id: "volume",
          text: `${level} of ${mostLevel}`,
          paint(context) {
            fillRound(context, bounds, 26, theme.raised);
            const inside = bounds.height - 44;
            const filled = Math.max(12, (inside * level) / mostLevel);
            const track = { x: bounds.x + 20, y: bounds.y + 22, width: 12, height: inside };
            fillRound(context, track, 6, theme.outline);
            const top = track.y + inside - filled;
            fillRound(context, { ...track, y: top, height: filled }, 6, theme.accent);
            fillCircle(context, track.x + 6, top + 6, 11, theme.accent);
          },
        },
      ];
    },
    nextChange: (now) => (now < hiddenAt ? hiddenAt : Infinity),
  };
}
