import { appendFileSync } from "node:fs";
import type { Display } from "../display.ts";
import type { OpenEncoder } from "../scrcpy/picture-encoder.ts";

/** A line of the log. */
export type LogEntry =
  | {
      kind: "picture";
      /** As it is in the stream. */
      timestampUs: number;
      /** When painting began, whole Unix milliseconds. */
      beganMs: number;
      /** Painting and encoding together. */
      tookMs: number;
    }
  /** A finger came down. */
  | { kind: "touch"; feltMs: number };

/** Writes what phones do, and when, into a file: for benchmarks. */
export interface PhoneLog {
  encoder(open: OpenEncoder): OpenEncoder;
  /** Tells of the touches of this display from now on. */
  watch(display: Display): void;
}

export function openPhoneLog(path: string): PhoneLog {
  const tell = (entry: LogEntry): void => appendFileSync(path, `${JSON.stringify(entry)}\n`);
  return {
    encoder: (open) => async (config) => {
      const encoder = await open(config);
      return {
        async encode(display, request) {
          const beganMs = Date.now();
          const startedMs = performance.now();
          const picture = await encoder.encode(display, request);
          const tookMs = performance.now() - startedMs;
          const { timestampUs } = request;
          if (picture !== undefined) tell({ kind: "picture", timestampUs, beganMs, tookMs });
          return picture;
        },
        close: () => encoder.close(),
      };
    },
    watch(display) {
      const feel = display.pointer.bind(display);
      display.pointer = (change) => {
        if (change.action === "down") tell({ kind: "touch", feltMs: Date.now() });
        feel(change);
      };
    },
  };
}
