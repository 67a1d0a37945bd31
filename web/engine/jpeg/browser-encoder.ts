import { makeCanvasEncoder } from "./canvas-encoder.ts";
import type { JpegEncoder } from "./jpeg-encoder.ts";
import { makeThreadedEncoder } from "./threaded-encoder.ts";

/** Each has room for a picture and its JPEG: some 4 MB. */
const mostThreads = 8;

/** The encoder of an engine: in threads, one core being left to the engine itself. */
export function makeBrowserEncoder(): JpegEncoder {
  return makeThreadedEncoder({
    mostThreads: Math.min(mostThreads, Math.max(1, navigator.hardwareConcurrency - 1)),
    startThread: () => new Worker(new URL("encoder-thread.ts", import.meta.url), { type: "module" }),
    here: makeCanvasEncoder(),
  });
}
