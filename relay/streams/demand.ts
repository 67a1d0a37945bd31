import { shortEdgePixels, type StreamQuality, type StreamStartDeliver } from "../../protocol/stream.ts";
import type { Watch } from "./watch.ts";

/** What a worker is told to send. */
export type Demand = Omit<StreamStartDeliver, "device_id" | "serial_number">;

const qualities = ["low", "medium", "high"] as const satisfies StreamQuality[];

/**
 * The least that satisfies every watch; undefined when there is nothing for this worker to send. One that does not send
 * video is told of JPEGs alone, in the words of the event document: the best of them.
 */
export function demandOf(watches: Watch[], sendsVideo: boolean): Demand | undefined {
  const videos = watches.filter(({ encoding }) => encoding === "h264");
  const pictures = watches.filter(({ encoding }) => encoding !== "h264");
  if (pictures.length === 0 && (!sendsVideo || videos.length === 0)) return undefined;
  const layers = qualities
    .map((quality) => ({ quality, fps: mostFps(pictures.filter((watch) => watch.quality === quality)) }))
    .filter(({ fps }) => fps > 0);
  const documented: Demand = {
    quality: layers.at(-1)?.quality ?? "low",
    fps: Math.max(1, mostFps(pictures)),
    // Bytes are a third smaller and are turned into text here once, however many ask for text.
    encoding: watches.some(({ encoding }) => encoding !== "base64") ? "binary" : "base64",
  };
  if (!sendsVideo) return documented;
  const video = {
    short_edge: Math.max(...videos.map(({ short_edge, quality }) => short_edge ?? shortEdgePixels[quality])),
    fps: mostFps(videos),
  };
  return {
    ...documented,
    layers,
    ...(videos.length === 0 ? {} : { video }),
    sound: watches.some(({ sound }) => sound),
  };
}

export function isSameDemand(one: Demand | undefined, other: Demand | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function mostFps(watches: Watch[]): number {
  return Math.max(0, ...watches.map(({ fps }) => fps));
}
