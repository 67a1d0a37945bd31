import { concatenate } from "../../../protocol/concatenate.ts";
/** A file that is being written. */
export interface RecordingFile {
  /** Throws when there is no room. */
  write(data: Uint8Array<ArrayBuffer>, position: number): void;
  /** Ends the writing; the file is the caller's. */
  close(): Promise<Blob>;
  /** Throws it away, whether it is closed or not. */
  discard(): Promise<void>;
}

/** Where recordings are kept until the person has saved them. */
export interface RecordingStore {
  open(): Promise<RecordingFile>;
  /** Bytes that can still be written; what is asked for now and then. */
  room(): Promise<number>;
}

/** Of all recordings together, where there is no disk to write to. */
export const mostMemoryBytes = 256 * 1024 * 1024;
/** The start of a file is written to again when it ends, the rest never. */
const headBytes = 4096;
const pieceBytes = 1024 * 1024;

/** For browsers that give a thread no files: in blobs, which are at least not in the thread's own memory. */
export function makeMemoryStore(mostBytes = mostMemoryBytes): RecordingStore {
  let usedBytes = 0;

  return {
    room: async () => mostBytes - usedBytes,
    async open() {
      let head = new Uint8Array(0);
      let pieces: Blob[] = [];
      let tail: Uint8Array<ArrayBuffer>[] = [];
      let tailBytes = 0;
      let size = 0;

      function append(data: Uint8Array<ArrayBuffer>): void {
        if (usedBytes + data.byteLength > mostBytes) throw new Error("the recordings' memory is full");
        usedBytes += data.byteLength;
        size += data.byteLength;
        const intoHead = Math.min(data.byteLength, headBytes - head.byteLength);
        if (intoHead > 0) head = concatenate([head, data.subarray(0, intoHead)]);
        tail.push(data.slice(Math.max(intoHead, 0)));
        tailBytes += data.byteLength;
        if (tailBytes < pieceBytes) return;
        pieces.push(new Blob(tail));
        tail = [];
        tailBytes = 0;
      }

      return {
        write(data, position) {
          if (position === size) return append(data);
          if (position + data.byteLength > head.byteLength) throw new Error("only the head is written again");
          head.set(data, position);
        },
        close: async () => new Blob([head, ...pieces, ...tail], { type: "video/mp4" }),
        async discard() {
          usedBytes -= size;
          size = 0;
          pieces = [];
          tail = [];
        },
      };
    },
  };
}
