import type { MediaHeader } from "../../../protocol/media-packet.ts";

/** `gap`: a picture is missing before this one, so it and all up to the next key frame are of no use. */
export type GateWord = "take" | "skip" | "gap";

export interface PictureGate {
  /** Of a `key` or `delta` packet. */
  look(header: MediaHeader): GateWord;
  /** Nothing is taken until the next key frame. */
  close(): void;
  isClosed(): boolean;
}

/**
 * Lets in each picture of a stream once, in its order and after all that it needs. A relay repeats the last key frame
 * group to whoever asks anew: what was taken before `fromMs` of the relay's clock, or is here already, stays out.
 */
export function makePictureGate(fromMs: number): PictureGate {
  let last: { sequence: number; takenMs: number } | undefined;
  let isClosed = true;

  function isOld({ kind, sequence, takenMs }: MediaHeader): boolean {
    if (last === undefined) return takenMs < fromMs;
    // As a signed distance: the sequence wraps.
    const isBehind = ((sequence - last.sequence) << 16) >> 16 <= 0;
    return isBehind && !(kind === "key" && takenMs > last.takenMs);
  }

  return {
    look(header) {
      if (isOld(header)) return "skip";
      const { kind, sequence, takenMs } = header;
      if (kind === "delta") {
        if (isClosed) return "skip";
        const isNext = last !== undefined && ((sequence - last.sequence) & 0xffff) === 1;
        if (!isNext) {
          isClosed = true;
          return "gap";
        }
      }
      last = { sequence, takenMs };
      isClosed = false;
      return "take";
    },
    close() {
      isClosed = true;
    },
    isClosed: () => isClosed,
  };
}
