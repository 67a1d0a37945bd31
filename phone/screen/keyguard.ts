import type { Keyguard } from "../display.ts";
import type { Stage } from "./app.ts";
import { layClock } from "./clock-face.ts";
import { makeLabel, type View } from "./view.ts";
import { paintWallpaper } from "./wallpaper.ts";

export interface ScreenKeyguard extends Keyguard {
  /** The phone falls asleep. */
  lock(): void;
  layout(stage: Stage): View[];
}

/** The lock screen, which a swipe takes away. */
export function makeKeyguard(onChange: () => void): ScreenKeyguard {
  let isEnabled = false;
  let isShown = false;
  return {
    get isEnabled() {
      return isEnabled;
    },
    set isEnabled(value) {
      isEnabled = value;
      if (!value) isShown = false;
      onChange();
    },
    get isShown() {
      return isShown;
    },
    lock() {
      isShown = isEnabled;
    },
    dismiss() {
      isShown = false;
      onChange();
    },
    layout(stage) {
      if (!isShown) return [];
      const { screen, content, theme, wallTime } = stage;
      return [
        {
          bounds: screen,
          kind: "FrameLayout",
          id: "keyguard_root_view",
          paint: (context) => paintWallpaper(context, screen, theme),
        },
        ...layClock(content, content.y + content.height * 0.16, wallTime),
        makeLabel({
          bounds: { ...content, y: content.y + content.height - 56, height: 32 },
          id: "keyguard_indication_text",
          text: "Swipe up to open",
          size: 16,
          color: "#ffffff",
          align: "center",
        }),
      ];
    },
  };
}
