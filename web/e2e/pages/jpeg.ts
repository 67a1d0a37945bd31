import { loadSimd } from "../../engine/jpeg/thread-encoder.ts";
import { makeCanvasEncoder } from "../../engine/jpeg/canvas-encoder.ts";
import { makeFrameEncoder } from "../../engine/jpeg/frame-encoder.ts";
import type { JpegEncoder } from "../../engine/jpeg/jpeg-encoder.ts";
import { makePlanesEncoder } from "../../engine/jpeg/planes-encoder.ts";

export interface FrameShape {
  format: "I420" | "NV12";
  width: number;
  height: number;
  colorSpace: VideoColorSpaceInit;
  /** Undefined: all of it. */
  visibleRect?: DOMRectInit;
}

export interface Difference {
  /** Of red, green and blue, over the whole picture. */
  mean: number[];
  worst: number;
}

/** What the engine's JPEG of a frame shows, less what the browser's own does. */
async function differenceOf(shape: FrameShape): Promise<Difference> {
  const frame = frameOf(shape);
  const refusing: JpegEncoder = { encode: () => Promise.reject(new Error("its planes were not read")) };
  const encoder = makeFrameEncoder(makePlanesEncoder(await loadSimd()), refusing);
  const ours = await pixelsOf(encoder, frame);
  const theirs = await pixelsOf(makeCanvasEncoder(), frame);
  frame.close();
  const mean = [0, 0, 0];
  let worst = 0;
  for (const [at, sample] of ours.entries()) {
    const off = sample - (theirs[at] ?? 0);
    const channel = at % 4;
    if (channel < 3) mean[channel] = (mean[channel] ?? 0) + off / (ours.length / 4);
    worst = Math.max(worst, Math.abs(off));
  }
  return { mean, worst };
}

/** With slopes in all its planes. */
function frameOf({ format, width, height, colorSpace, visibleRect }: FrameShape): VideoFrame {
  const columns = Math.ceil(width / 2);
  const rows = Math.ceil(height / 2);
  const step = format === "I420" ? 1 : 2;
  const cb = width * height;
  const cr = format === "I420" ? cb + columns * rows : cb + 1;
  const planes = new Uint8Array(cb + columns * rows * 2);
  for (let at = 0; at < cb; at += 1) planes[at] = 60 + (120 * (at % width)) / width;
  for (let at = 0; at < columns * rows; at += 1) {
    planes[cb + at * step] = 60 + (130 * (at % columns)) / columns;
    planes[cr + at * step] = 70 + (120 * Math.floor(at / columns)) / rows;
  }
  const init = { format, codedWidth: width, codedHeight: height, timestamp: 0, colorSpace };
  return new VideoFrame(planes, { ...init, ...(visibleRect && { visibleRect }) });
}

async function pixelsOf(encoder: JpegEncoder, frame: VideoFrame): Promise<Uint8ClampedArray> {
  const size = { width: frame.displayWidth, height: frame.displayHeight };
  const [jpeg = new Uint8Array()] = await encoder.encode(frame, [{ size, quality: 0.95 }]);
  const bitmap = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  if (context === null) throw new Error("no canvas");
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, size.width, size.height).data;
}

declare global {
  interface Window {
    differenceOf: typeof differenceOf;
  }
}
window.differenceOf = differenceOf;
