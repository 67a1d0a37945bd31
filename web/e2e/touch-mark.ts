import type { Locator } from "playwright-core";
import { touchMarkColor } from "../../phone/screen/touch-marks.ts";

export interface Point {
  x: number;
  y: number;
}

const channel = (at: number) => Number.parseInt(touchMarkColor.slice(at, at + 2), 16);
/** The colour in which a virtual phone draws where it is touched. */
const mark = { red: channel(1), green: channel(3), blue: channel(5) };

/**
 * The middle of the touch mark on a canvas, as fractions of its width and height; undefined when there is none.
 * Tolerant of JPEG and H.264: a pixel counts when it is near the mark's colour.
 */
export function findTouchMark(canvas: Locator): Promise<Point | undefined> {
  return canvas.evaluate((element, { red, green, blue }) => {
    const source = element as HTMLCanvasElement;
    const copy = new OffscreenCanvas(source.width, source.height);
    const context = copy.getContext("2d", { willReadFrequently: true });
    if (context === null || source.width === 0) return undefined;
    context.drawImage(source, 0, 0);
    const { data, width, height } = context.getImageData(0, 0, source.width, source.height);
    let [count, sumX, sumY] = [0, 0, 0];
    for (let at = 0; at < data.length; at += 4) {
      const off =
        Math.abs((data[at] ?? 0) - red) +
        Math.abs((data[at + 1] ?? 0) - green) +
        Math.abs((data[at + 2] ?? 0) - blue);
      if (off > 60) continue;
      count++;
      sumX += ((at / 4) % width) + 0.5;
      sumY += Math.floor(at / 4 / width) + 0.5;
    }
    return count < 4 ? undefined : { x: sumX / count / width, y: sumY / count / height };
  }, mark);
}

/** Changes when the picture does, 0 while there is none; cheap enough to poll. */
export async function pictureHash(canvas: Locator): Promise<number> {
  if ((await canvas.count()) === 0) return 0;
  return canvas.evaluate((element) => {
    const source = element as HTMLCanvasElement;
    if (source.width === 0) return 0;
    const copy = new OffscreenCanvas(32, 64);
    const context = copy.getContext("2d");
    context?.drawImage(source, 0, 0, 32, 64);
    const pixels = context?.getImageData(0, 0, 32, 64).data ?? [];
    let hash = 0;
    for (const byte of pixels) hash = (hash * 31 + byte) | 0;
    return hash;
  });
}
