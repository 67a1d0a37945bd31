import type { LatencyFigures } from "./latency.ts";
import type { RecordedPart, RecordingProgress, RecordingWish } from "./recording.ts";
import type { SoundState } from "./sound.ts";

/**
 * What a page asks of its viewer thread besides showing pictures. `Port` is a `MessagePort`, which not everybody who reads
 * this knows.
 */
export type UseRequest<Port = unknown> =
  /** Records the device, whether it is shown or not. `recordingId` is the page's number for it. */
  | { type: "record"; recordingId: number; deviceId: string; wish: RecordingWish }
  /** With a reason when the device is gone: it ends when that was last heard of. */
  | { type: "record-stop"; recordingId: number; reason?: string }
  /** Its files may go. */
  | { type: "record-forget"; recordingId: number }
  /** Plays the device's sound: `PlayedSound`s go into the port. */
  | { type: "sound"; deviceId: string; port: Port }
  | { type: "sound-stop"; deviceId: string }
  /** Compares what these show with what the master shows, until another one; nobody without a master. */
  | { type: "compare"; masterId?: string; deviceIds: string[] }
  /** Tells once a second how long the device's pictures take; nobody's without one. */
  | { type: "latency"; deviceId?: string };

/** `File` is a `Blob`. */
export type UseReport<File = unknown> =
  | { type: "recording"; recordingId: number; progress: RecordingProgress }
  /** It has ended, with the reason when that was not the page. */
  | { type: "recorded"; recordingId: number; parts: RecordedPart<File>[]; reason?: string }
  /** Which have drifted to another screen than the master's, and whose picture cannot be looked at; told on each change. */
  | { type: "compared"; drifted: string[]; unseen: string[] }
  /** `reason`: why there is none, as the worker says it. */
  | { type: "sound-state"; deviceId: string; state: SoundState; reason?: string }
  /** No figures: nothing was shown in the last seconds. */
  | { type: "latency"; deviceId: string; figures?: LatencyFigures };
