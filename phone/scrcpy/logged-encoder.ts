import type { OpenEncoder } from "./picture-encoder.ts";

/** What became of one picture. */
export interface EncodedTimes {
  /** As it is in the stream. */
  timestampUs: number;
  /** When painting began, whole Unix milliseconds. */
  beganMs: number;
  /** Painting and encoding together. */
  tookMs: number;
}

/** Tells of each picture that an encoder made how long it took. */
export function makeLoggedEncoder(open: OpenEncoder, log: (times: EncodedTimes) => void): OpenEncoder {
  return async (config) => {
    const encoder = await open(config);
    return {
      async encode(display, request) {
        const beganMs = Date.now();
        const startedMs = performance.now();
        const picture = await encoder.encode(display, request);
        if (picture !== undefined)
          log({ timestampUs: request.timestampUs, beganMs, tookMs: performance.now() - startedMs });
        return picture;
      },
      close: () => encoder.close(),
    };
  };
}
