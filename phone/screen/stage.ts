import type { Size } from "../display.ts";
import type { PhoneModel } from "../model.ts";
import type { Stage } from "./app.ts";
import { navigationBarHeight } from "./navigation-bar.ts";
import { statusBarHeight } from "./status-bar.ts";
import { makeTheme } from "./theme.ts";

/** A phone is never narrower than this, whatever its density says. */
const narrowestDp = 320;
/** A tablet is drawn larger than its density says, so that it can be read on a wall of thumbnails. */
const widestDp = 600;

/** Device pixels of one dp. */
export function pixelsPerDpOf({ naturalSize, density }: PhoneModel): number {
  const shortEdge = Math.min(naturalSize.width, naturalSize.height);
  return Math.max(shortEdge / widestDp, Math.min(density / 160, shortEdge / narrowestDp));
}

/** @param size the display's present size in device pixels */
export function makeStage(
  model: PhoneModel,
  { size, isDark, now, wallTime }: { size: Size; isDark: boolean; now: number; wallTime: number },
): Stage {
  const pixelsPerDp = pixelsPerDpOf(model);
  const screen = { x: 0, y: 0, width: size.width / pixelsPerDp, height: size.height / pixelsPerDp };
  const bars = statusBarHeight + navigationBarHeight(model.sdk);
  const content = { ...screen, y: statusBarHeight, height: screen.height - bars };
  return { screen, content, now, wallTime, theme: makeTheme(model, isDark) };
}
