import type { JpegEncoder, JpegLayer } from "./jpeg-encoder.ts";

export interface ThreadRequest {
  id: number;
  /** The receiver's own. */
  frame: VideoFrame;
  layers: readonly JpegLayer[];
}

export type ThreadReply = { id: number; jpegs: Uint8Array<ArrayBuffer>[] } | { id: number; problem: string };

/** The part of a `Worker` that is used. */
export type EncoderThread = Pick<Worker, "postMessage" | "addEventListener" | "terminate">;

interface Member {
  thread: EncoderThread;
  waiting: Map<number, PromiseWithResolvers<Uint8Array<ArrayBuffer>[]>>;
}

/**
 * Encodes in threads, so that a large picture does not keep the engine from a tap: another is started when all are busy,
 * up to `mostThreads`. What is no video frame, and everything once a thread has failed, is encoded `here`.
 */
export function makeThreadedEncoder(needs: {
  mostThreads: number;
  startThread(): EncoderThread;
  here: JpegEncoder;
}): JpegEncoder {
  const members: Member[] = [];
  let mostThreads = needs.mostThreads;
  let lastId = 0;

  function start(): Member {
    const member: Member = { thread: needs.startThread(), waiting: new Map() };
    members.push(member);
    member.thread.addEventListener("message", ({ data }: MessageEvent<ThreadReply>) => {
      const waiting = member.waiting.get(data.id);
      member.waiting.delete(data.id);
      if ("jpegs" in data) waiting?.resolve(data.jpegs);
      else waiting?.reject(new Error(data.problem));
    });
    // It did not load, or has a bug: another would too.
    member.thread.addEventListener("error", () => {
      mostThreads = 0;
      for (const { thread, waiting } of members.splice(0)) {
        thread.terminate();
        for (const { reject } of waiting.values())
          reject(new Error("the thread that encodes pictures failed"));
      }
    });
    return member;
  }

  function idlest(): Member | undefined {
    const [member] = members.toSorted((one, other) => one.waiting.size - other.waiting.size);
    const isBusy = member === undefined || member.waiting.size > 0;
    return isBusy && members.length < mostThreads ? start() : member;
  }

  return {
    encode: async (image, layers) => {
      // An `ImageBitmap` has no `clone`.
      const member = "clone" in image ? idlest() : undefined;
      if (member === undefined || !("clone" in image)) return needs.here.encode(image, layers);
      lastId += 1;
      const waiting = Promise.withResolvers<Uint8Array<ArrayBuffer>[]>();
      member.waiting.set(lastId, waiting);
      const frame = image.clone();
      member.thread.postMessage({ id: lastId, frame, layers } satisfies ThreadRequest, [frame]);
      return waiting.promise;
    },
  };
}
