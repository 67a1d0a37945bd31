import { shortEdgePixels, type StreamQuality, type StreamStartDeliver } from "../../../protocol/stream.ts";

/** What somebody watches of a device, all viewers together. */
export interface Demand {
  /** Each JPEG layer that is watched. */
  layers: readonly { quality: StreamQuality; fps: number }[];
  /** The least H.264 that serves everybody who watches it. */
  video: { shortEdge: number; fps: number } | undefined;
  sound: boolean;
}

/** A relay that knows only the event document says one layer and nothing else. */
export function demandOf(stream: StreamStartDeliver): Demand {
  const { layers, video, sound = false, quality, fps } = stream;
  return {
    layers: layers ?? (video === undefined ? [{ quality, fps }] : []),
    video: video && { shortEdge: video.short_edge, fps: video.fps },
    sound,
  };
}

/** The largest picture and the quickest rate that somebody asked for; undefined when nobody asked for a picture. */
export function mostAsked({ layers, video }: Demand): { shortEdge: number; fps: number } | undefined {
  const all = [
    ...layers.map(({ quality, fps }) => ({ shortEdge: shortEdgePixels[quality], fps })),
    ...(video === undefined ? [] : [video]),
  ];
  if (all.length === 0) return undefined;
  return {
    shortEdge: Math.max(...all.map(({ shortEdge }) => shortEdge)),
    fps: Math.max(...all.map(({ fps }) => fps)),
  };
}

const tileShortEdge = 480;
const tileFps = 5;

/** Whether somebody looks at this device in particular, and not at one small picture of many. */
export function isFocused({ layers, video }: Demand): boolean {
  if (video !== undefined && (video.shortEdge > tileShortEdge || video.fps > tileFps)) return true;
  return layers.some(({ quality }) => quality === "high");
}
