import type { RecordedPart } from "../../../protocol/recording.ts";
import { codecStringOf } from "../codec-string.ts";
import { soundSeconds, type SoundFormat } from "../sound/sound-format.ts";
import type { Mp4File } from "./mp4-file.ts";
import type { RecordingFile } from "./recording-store.ts";

/** What is the same in all of a file. */
export interface PartKind {
  width: number;
  height: number;
  /** See `parameter-sets.ts`. */
  parameterSets: string;
  sound: SoundFormat | undefined;
}

/** A file of a recording that is being written. Times are seconds of the recording. */
export interface Part {
  readonly beganAt: number;
  readonly hasSound: boolean;
  takes(kind: PartKind): boolean;
  addPicture(annexB: Uint8Array<ArrayBuffer>, isKey: boolean, at: number): void;
  addSound(data: Uint8Array, format: SoundFormat, at: number): void;
  bytes(): number;
  /** Its last picture is seen until then. Never rejects; undefined when nothing of it could be kept. */
  finish(at: number): Promise<RecordedPart<Blob> | undefined>;
}

/** Below a baseline phone there is none. */
const anyCodec = "avc1.42C01F";

export function makePart(needs: {
  openFile: () => Promise<RecordingFile>;
  /** Its first picture. */
  key: Uint8Array;
  kind: PartKind;
  beganAt: number;
  onError: (error: unknown) => void;
}): Part {
  const { openFile, key, kind, beganAt, onError } = needs;
  const { width, height, sound } = kind;
  const codec = codecStringOf(key) ?? anyCodec;
  const opened = openFile().then(async (file) => {
    // Half of the thread's code is for files, and few threads ever write one.
    const { openMp4File } = await import("./mp4-file.ts");
    return { file, mp4: await openMp4File({ file, size: { width, height }, codec, sound, onError }) };
  });
  /** Writing waits for the file to be open, which takes a moment. */
  let writing: Promise<unknown> = opened;
  opened.catch(onError);
  let held: { data: Uint8Array<ArrayBuffer>; isKey: boolean; at: number } | undefined;
  let bytes = 0;

  function write(how: (mp4: Mp4File) => void): void {
    writing = opened.then(({ mp4 }) => how(mp4)).catch(() => undefined);
  }

  /** How long a picture is seen is known when the next one is there. */
  function writeHeld(until: number): void {
    if (held === undefined) return;
    const { data, isKey, at } = held;
    held = undefined;
    write((mp4) => mp4.addPicture(data, { isKey, at: at - beganAt, duration: Math.max(until - at, 0) }));
  }

  return {
    beganAt,
    hasSound: sound !== undefined,
    takes: (other) =>
      other.width === width &&
      other.height === height &&
      other.parameterSets === kind.parameterSets &&
      other.sound === sound,
    addPicture(data, isKey, at) {
      writeHeld(at);
      held = { data, isKey, at };
      bytes += data.byteLength;
    },
    addSound(data, format, at) {
      if (format !== sound || at < beganAt) return;
      bytes += data.byteLength;
      write((mp4) => mp4.addSound(data, { at: at - beganAt, duration: soundSeconds(format, data) }));
    },
    bytes: () => bytes,
    async finish(at) {
      writeHeld(at);
      await writing.catch(() => undefined);
      const both = await opened.catch(() => undefined);
      if (both === undefined) return undefined;
      try {
        return { file: await both.mp4.finish(), width, height, seconds: at - beganAt };
      } catch (error) {
        onError(error);
        await both.file.discard().catch(() => undefined);
        return undefined;
      }
    },
  };
}
