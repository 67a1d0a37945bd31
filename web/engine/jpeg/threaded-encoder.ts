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
 * Hands each frame to the thread that has least to do; what is no video frame, and everything once a thread has failed,
 * is encoded here.
 */
export function makeThreadedEncoder(threads: readonly EncoderThread[], here: JpegEncoder): JpegEncoder {
  let lastId = 0;
  let members: Member[] = threads.map((thread) => ({ thread, waiting: new Map() }));
  for (const member of members) {
    member.thread.addEventListener("message", ({ data }: MessageEvent<ThreadReply>) => {
      const waiting = member.waiting.get(data.id);
      member.waiting.delete(data.id);
      if ("jpegs" in data) waiting?.resolve(data.jpegs);
      else waiting?.reject(new Error(data.problem));
    });
    member.thread.addEventListener("error", () => {
      members = members.filter((other) => other !== member);
      member.thread.terminate();
      for (const { reject } of member.waiting.values()) reject(new Error("a thread that encodes pictures failed"));
    });
  }

  return {
    encode: async (image, layers) => {
      const [first, ...others] = members;
      if (first === undefined || !(image instanceof VideoFrame)) return here.encode(image, layers);
      const idlest = others.reduce((one, other) => (other.waiting.size < one.waiting.size ? other : one), first);
      lastId += 1;
      const waiting = Promise.withResolvers<Uint8Array<ArrayBuffer>[]>();
      idlest.waiting.set(lastId, waiting);
      const frame = image.clone();
      idlest.thread.postMessage({ id: lastId, frame, layers } satisfies ThreadRequest, [frame]);
      return waiting.promise;
    },
  };
}
