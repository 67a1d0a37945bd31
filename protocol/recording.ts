import type { Size } from "./fields.ts";

/** What is asked of the device for a recording: at least this, since others may watch it larger. */
export interface RecordingWish {
  /** Pixels. */
  shortEdge: number;
  fps: number;
  sound: boolean;
}

/** How far a recording is. */
export interface RecordingProgress {
  /** `waiting`: for a first picture of its own. */
  state: "waiting" | "recording";
  seconds: number;
  bytes: number;
  /** Files so far. */
  parts: number;
  hasSound: boolean;
}

/** One MP4 file of a recording. A new one begins when the picture's size changes. `File` is a `Blob`. */
export interface RecordedPart<File = unknown> extends Size {
  file: File;
  seconds: number;
}
