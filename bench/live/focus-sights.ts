import type { Page } from "playwright-core";
import { readTimecode, timecodeGrid, timecodeWrapMs } from "../../phone/screen/timecode.ts";
import { drawnChannel } from "./thread-times.ts";

/** A picture of the app `timecode` that a dashboard's page saw in its focus. */
export interface Sight {
  /** Unix milliseconds. */
  seenMs: number;
  /** When the phone painted it. */
  paintedMs: number;
  /** A touch turned a square of it over. */
  isTurned: boolean;
}

export const focusScreen = '[role=application][aria-label^="Screen of"]';

interface Seen {
  atMs: number;
  brightness: number[];
}

declare global {
  interface Window {
    /** What was seen since the last call. */
    takeSeen(): Seen[];
    /** When a pointer was pressed last. */
    pressedMs: number;
  }
}

/**
 * Looks from now on at what the focus shows in each animation frame that may have a new picture; answers how to take what
 * was seen. Looking more often would be felt: a canvas that a thread paints is copied for it, which takes 15 ms.
 */
export async function lookAtFocus(page: Page): Promise<() => Promise<Sight[]>> {
  await page.evaluate(install, { ...timecodeGrid, focusScreen, drawnChannel });
  return async () => (await page.evaluate(() => window.takeSeen())).flatMap(sightOf);
}

function sightOf({ atMs, brightness }: Seen): Sight[] {
  const code = readTimecode(brightness);
  if (code === undefined) return [];
  const ageMs = (Math.floor(atMs) % timecodeWrapMs) - code.timeMs;
  return [{ seenMs: atMs, paintedMs: Math.floor(atMs) - ageMs, isTurned: code.isTurned }];
}

/** Runs in the page, so everything it needs is in it. */
function install(named: { columns: number; rows: number; focusScreen: string; drawnChannel: string }): void {
  const { columns, rows } = named;
  const mostLooks = 10;
  const scale = 8;
  const seen: Seen[] = [];
  const sampler = document.createElement("canvas");
  sampler.width = columns * scale;
  sampler.height = rows * scale;
  const context = sampler.getContext("2d", { willReadFrequently: true });
  let last = "";
  let looksLeft = 0;
  const lookAgain = (): void => void (looksLeft = mostLooks);
  new BroadcastChannel(named.drawnChannel).addEventListener("message", lookAgain);
  document.addEventListener("load", lookAgain, { capture: true });

  const press = (): void => void (window.pressedMs = performance.timeOrigin + performance.now());
  addEventListener("pointerdown", press, { capture: true });

  const look = (): void => {
    requestAnimationFrame(look);
    if (looksLeft === 0) return;
    looksLeft -= 1;
    const atMs = performance.timeOrigin + performance.now();
    const box = document.querySelector(named.focusScreen);
    const shown = [
      ...(box?.querySelectorAll<HTMLCanvasElement | HTMLImageElement>("canvas, img") ?? []),
    ].find((element) => !element.hidden);
    if (shown === undefined || context === null) return;
    if (shown instanceof HTMLImageElement && !shown.complete) return;
    context.drawImage(shown, 0, 0, sampler.width, sampler.height);
    const { data } = context.getImageData(0, 0, sampler.width, sampler.height);
    const brightness = Array.from({ length: columns * rows }, (_, at) => {
      const x = (at % columns) * scale + scale / 2;
      const y = Math.floor(at / columns) * scale + scale / 2;
      return data[(y * sampler.width + x) * 4] ?? 0;
    });
    const text = brightness.map((value) => (value > 127 ? "1" : "0")).join("");
    if (text === last) return;
    last = text;
    looksLeft = 0;
    seen.push({ atMs, brightness });
  };
  look();
  window.takeSeen = () => seen.splice(0);
}
