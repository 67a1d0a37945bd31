import type { Page } from "playwright-core";

/** When a picture went into the decoder of a dashboard's thread, came out, and was drawn; Unix milliseconds. */
export interface ThreadTimes {
  /** The phone's own, as it is in the stream. */
  timestampUs: number;
  decodeMs: number;
  decodedMs: number;
  drawnMs: number;
}

/** Hears when something was drawn. */
export const drawnChannel = "bench-drawn";

declare global {
  var takeTimes: () => ThreadTimes[];
}

/** Notes what the page's threads do with video from now on; answers how to take what was noted. */
export async function noteThreadTimes(page: Page): Promise<() => Promise<ThreadTimes[]>> {
  const threads = page.workers();
  for (const thread of threads) await thread.evaluate(install, drawnChannel);
  return async () => {
    const taken = await Promise.all(threads.map((thread) => thread.evaluate(() => takeTimes())));
    return taken.flat();
  };
}

/**
 * Runs in a thread, so everything it needs is in it. Who is given a decoded picture reads its `timestamp` first, and draws
 * it before the next one comes.
 */
function install(channel: string): void {
  const now = (): number => performance.timeOrigin + performance.now();
  const drawn = new BroadcastChannel(channel);
  const begunMs = new Map<number, number>();
  const times: ThreadTimes[] = [];
  globalThis.takeTimes = () => times.splice(0);
  if (!("VideoDecoder" in globalThis)) return;

  const decoder = VideoDecoder.prototype;
  // oxlint-disable-next-line typescript/unbound-method -- it is called on its own decoder below
  const { decode } = decoder;
  decoder.decode = function (chunk) {
    begunMs.set(chunk.timestamp, now());
    decode.call(this, chunk);
  };

  const timestamp = Object.getOwnPropertyDescriptor(VideoFrame.prototype, "timestamp") ?? {};
  Object.defineProperty(VideoFrame.prototype, "timestamp", {
    get(this: VideoFrame) {
      const timestampUs = Number(timestamp.get?.call(this));
      const decodeMs = begunMs.get(timestampUs);
      begunMs.delete(timestampUs);
      if (decodeMs !== undefined) times.push({ timestampUs, decodeMs, decodedMs: now(), drawnMs: 0 });
      return timestampUs;
    },
  });

  const { prototype } = OffscreenCanvasRenderingContext2D;
  for (const name of ["drawImage", "putImageData"] as const) {
    const draw = prototype[name];
    Object.defineProperty(prototype, name, {
      value(this: OffscreenCanvasRenderingContext2D, ...args: unknown[]) {
        Reflect.apply(draw, this, args);
        const last = times.at(-1);
        if (last?.drawnMs === 0) last.drawnMs = now();
        drawn.postMessage("");
      },
    });
  }
}
