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
 * The middle of the touch mark on a picture (a canvas, or what a dashboard shows a device in), as fractions of its width
 * and height; undefined when there is none. Tolerant of JPEG and H.264: a pixel counts when it is near the mark's colour.
 */
export function findTouchMark(picture: Locator): Promise<Point | undefined> {
  return picture.evaluate((element, { red, green, blue }) => {
    const shown = ":scope > canvas:not([hidden]), :scope > img:not([hidden])";
    const source = (element.querySelector(shown) ?? element) as HTMLCanvasElement | HTMLImageElement;
    // A canvas that a thread paints does not know its own size here.
    const { width, height } = element.hasAttribute("data-width") ? sizeIn(element.dataset) : source;
    if (width < 4) return undefined;
    const copy = new OffscreenCanvas(width, height);
    const context = copy.getContext("2d", { willReadFrequently: true });
    if (context === null) return undefined;
    context.drawImage(source, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
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

    function sizeIn({ width, height }: DOMStringMap): { width: number; height: number } {
      return { width: Number(width), height: Number(height) };
    }
  }, mark);
}

/** Changes when the picture does, 0 while there is none; cheap enough to poll. */
export async function pictureHash(picture: Locator): Promise<number> {
  if ((await picture.count()) === 0) return 0;
  return picture.evaluate((element) => {
    const source = element.querySelector<HTMLCanvasElement | HTMLImageElement>(
      ":scope > canvas:not([hidden]), :scope > img:not([hidden])",
    );
    if (source === null || !element.hasAttribute("data-frames")) return 0;
    const copy = new OffscreenCanvas(32, 64);
    const context = copy.getContext("2d");
    context?.drawImage(source, 0, 0, 32, 64);
    const pixels = context?.getImageData(0, 0, 32, 64).data ?? [];
    let hash = 0;
    for (const byte of pixels) hash = (hash * 31 + byte) | 0;
    return hash;
  });
}
