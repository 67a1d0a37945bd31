import type { MediaHeader } from "../../../protocol/media-packet.ts";
import type { RecordedPart, RecordingProgress } from "../../../protocol/recording.ts";
import { readSoundFormat, type SoundFormat } from "../sound/sound-format.ts";
import { makePart, type Part } from "./part.ts";
import { parameterSetsOf } from "./parameter-sets.ts";
import { makePictureGate } from "./picture-gate.ts";
import type { RecordingFile } from "./recording-store.ts";
import { makeTimeline } from "./timeline.ts";

export interface Recording {
  /** Every packet of the device, of whatever kind. */
  take(header: MediaHeader, payload: Uint8Array<ArrayBuffer>): void;
  progress(): RecordingProgress;
  /** When, by the relay's clock, the device was last heard of: a recording of one that is gone ends then. */
  heardMs(): number;
  /** Ends it as of a moment of the relay's clock, and gives what there is. Never rejects. */
  stop(atMs: number): Promise<RecordedPart<Blob>[]>;
}

export interface RecordingNeeds {
  openFile(): Promise<RecordingFile>;
  /** What was asked of the device, pixels. */
  shortEdge: number;
  wantsSound: boolean;
  relayNowMs(): number;
  /** Asks the device for a key frame. */
  refresh(): void;
  /** It cannot go on; `stop` gives what there is. */
  onFailure(reason: string): void;
}

/** Sound takes a moment to begin, and so does a larger picture; after that the recording begins with what there is. */
const soundWaitMs = 1500;
const sizeWaitMs = 6000;
/** Encoders round, and what is nearly as large is good enough. */
const enough = 0.9;
const refreshEveryMs = 2000;
/** The tables of a file are in memory until it ends: some 20 MB an hour at 60 pictures a second. */
const mostPartSeconds = 3600;

/**
 * Writes one device's stream into MP4 files as it comes. A new file begins where the picture's size or its parameter sets
 * change, as when the phone is turned: players show all of a file in the size of its beginning.
 */
export function makeRecording(needs: RecordingNeeds): Recording {
  const timeline = makeTimeline();
  const beganMs = needs.relayNowMs();
  const gate = makePictureGate(beganMs);
  const finished: Promise<RecordedPart<Blob> | undefined>[] = [];
  let part: Part | undefined;
  let format: SoundFormat | undefined;
  let bytesBefore = 0;
  let parts = 0;
  let heardMs = beganMs;
  let askedMs = -Infinity;
  let isOver = false;

  function fail(error: unknown): void {
    if (isOver) return;
    isOver = true;
    needs.onFailure(error instanceof Error ? error.message : String(error));
  }

  function askForKey(): void {
    const nowMs = needs.relayNowMs();
    if (nowMs - askedMs < refreshEveryMs) return;
    askedMs = nowMs;
    needs.refresh();
  }

  function endPart(at: number): void {
    if (part === undefined) return;
    bytesBefore += part.bytes();
    finished.push(part.finish(at));
    part = undefined;
  }

  function takePicture(header: MediaHeader, payload: Uint8Array<ArrayBuffer>): void {
    if (part === undefined && isTooEarly(header)) return;
    if (gate.look(header) !== "take") return;
    const isKey = header.kind === "key";
    const at = timeline.placePicture(header, isKey);
    if (isKey) {
      const parameterSets = parameterSetsOf(payload);
      const sound = needs.wantsSound ? format : undefined;
      const { width, height } = header;
      if (part?.takes({ width, height, parameterSets, sound }) !== true || isLong(at)) {
        endPart(at);
        parts += 1;
        part = makePart({
          openFile: () => needs.openFile(),
          key: payload,
          kind: { width, height, parameterSets, sound },
          beganAt: at,
          onError: fail,
        });
      }
    } else if (isLong(at)) askForKey();
    part?.addPicture(payload, isKey, at);
  }

  /** What comes of before would be a file of its own, some moments long. */
  function isTooEarly({ takenMs, width, height, screenWidth, screenHeight }: MediaHeader): boolean {
    const screen = Math.min(screenWidth, screenHeight);
    const wanted = screen === 0 ? needs.shortEdge : Math.min(needs.shortEdge, screen);
    const waitMs = Math.max(
      needs.wantsSound && format === undefined ? soundWaitMs : 0,
      Math.min(width, height) < wanted * enough ? sizeWaitMs : 0,
    );
    return takenMs < beganMs + waitMs;
  }

  function isLong(at: number): boolean {
    return part !== undefined && at - part.beganAt > mostPartSeconds;
  }

  function takeFormat(payload: Uint8Array): void {
    const said = readSoundFormat(payload);
    if (said === undefined || isSameFormat(said, format)) return;
    format = said;
    if (!needs.wantsSound) return;
    // A file that has begun has no such track: the next key frame begins one that has.
    askedMs = -Infinity;
    askForKey();
  }

  askForKey();
  return {
    take(header, payload) {
      if (isOver) return;
      const takenMs = header.takenMs === 0 ? header.relayedInMs : header.takenMs;
      heardMs = Math.max(heardMs, takenMs);
      if (header.kind === "key" || header.kind === "delta") takePicture({ ...header, takenMs }, payload);
      else if (header.kind === "sound-start") takeFormat(payload);
      else if (header.kind === "sound" && format !== undefined) {
        const at = timeline.placeSound(header);
        if (at !== undefined) part?.addSound(payload, format, at);
      }
      if (gate.isClosed()) askForKey();
    },
    progress: () => ({
      state: part === undefined ? "waiting" : "recording",
      seconds: timeline.at(needs.relayNowMs()),
      bytes: bytesBefore + (part?.bytes() ?? 0),
      parts,
      hasSound: part?.hasSound ?? false,
    }),
    heardMs: () => heardMs,
    async stop(atMs) {
      isOver = true;
      endPart(timeline.at(atMs));
      return (await Promise.all(finished)).filter((each) => each !== undefined);
    },
  };
}

function isSameFormat(a: SoundFormat, b: SoundFormat | undefined): boolean {
  return a.codec === b?.codec && String(a.description) === String(b.description);
}
