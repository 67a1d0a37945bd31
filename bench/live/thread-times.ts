import type { Page } from "playwright-core";
import { headerBytes, readMediaHeader, type MediaHeader } from "../../protocol/media-packet.ts";

/** What a dashboard's thread did with a picture, and when; Unix milliseconds. */
export interface ThreadTimes {
  /** As the picture came, with the moments of its way that it says itself. */
  header: MediaHeader;
  receivedMs: number;
  /** Absent of a JPEG, which the page decodes. */
  video?: VideoTimes;
}

interface VideoTimes {
  decodeMs: number;
  decodedMs: number;
  drawnMs: number;
}

interface Noted {
  packets: { header: number[]; receivedMs: number }[];
  videos: (VideoTimes & { timestampUs: number })[];
}

/** Hears when something was drawn. */
export const drawnChannel = "bench-drawn";

declare global {
  var takeNoted: () => Noted;
}

/** Notes what the page's threads do with video from now on; answers how to take what was noted. */
export async function noteThreadTimes(page: Page): Promise<() => Promise<ThreadTimes[]>> {
  const threads = page.workers();
  for (const thread of threads) await thread.evaluate(install, { channel: drawnChannel, headerBytes });
  return async () => {
    const noted = await Promise.all(threads.map((thread) => thread.evaluate(() => takeNoted())));
    return noted.flatMap(timesOf);
  };
}

function timesOf({ packets, videos }: Noted): ThreadTimes[] {
  // One that was passed over for a newer one was never drawn.
  const drawn = videos.filter(({ drawnMs }) => drawnMs > 0);
  const byTimestamp = new Map(drawn.map((each) => [each.timestampUs, each]));
  return packets.flatMap(({ header, receivedMs }) => {
    const read = readMediaHeader(Uint8Array.from(header));
    if (!read.ok) return [];
    const video = byTimestamp.get(read.value.deviceUs);
    return [{ header: read.value, receivedMs, ...(video === undefined ? {} : { video }) }];
  });
}

/**
 * Runs in a thread, so everything it needs is in it. Who hears a message reads its `data`; who is given a decoded picture
 * reads its `timestamp` first, and draws it before the next one comes.
 */
function install(named: { channel: string; headerBytes: number }): void {
  const now = (): number => performance.timeOrigin + performance.now();
  const drawn = new BroadcastChannel(named.channel);
  const begunMs = new Map<number, number>();
  const packets: Noted["packets"] = [];
  const videos: Noted["videos"] = [];
  globalThis.takeNoted = () => ({ packets: packets.splice(0), videos: videos.splice(0) });

  const message = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data") ?? {};
  Object.defineProperty(MessageEvent.prototype, "data", {
    get(this: MessageEvent) {
      const data: unknown = message.get?.call(this);
      if (data instanceof ArrayBuffer && data.byteLength >= named.headerBytes) {
        packets.push({ header: [...new Uint8Array(data, 0, named.headerBytes)], receivedMs: now() });
      }
      return data;
    },
  });

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
      if (decodeMs !== undefined) videos.push({ timestampUs, decodeMs, decodedMs: now(), drawnMs: 0 });
      return timestampUs;
    },
  });

  const { prototype } = OffscreenCanvasRenderingContext2D;
  for (const name of ["drawImage", "putImageData"] as const) {
    const draw = prototype[name];
    Object.defineProperty(prototype, name, {
      value(this: OffscreenCanvasRenderingContext2D, ...args: unknown[]) {
        Reflect.apply(draw, this, args);
        const last = videos.at(-1);
        if (last?.drawnMs === 0) last.drawnMs = now();
        drawn.postMessage("");
      },
    });
  }
}
