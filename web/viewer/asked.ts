import type * as v from "valibot";
import { mostJpegFps, shortEdgePixels, streamQuality, type streamStart } from "../../protocol/stream.ts";
import type { PictureWish } from "../../protocol/viewer.ts";

/** What the relay is asked for, as it is written. */
export type Asked = v.InferInput<typeof streamStart>;

/** A layer this much smaller than what is shown is not seen to be smaller. */
const unseen = 0.9;

/** One stream that serves every wish; undefined when there is none. */
export function greatestWish(wishes: Iterable<PictureWish>): PictureWish | undefined {
  let greatest: PictureWish | undefined;
  for (const wish of wishes) {
    greatest = {
      shortEdge: Math.max(wish.shortEdge, greatest?.shortEdge ?? 0),
      fps: Math.max(wish.fps, greatest?.fps ?? 0),
      encoding: richer(wish.encoding, greatest?.encoding ?? "jpeg"),
      sound: wish.sound === true || greatest?.sound === true,
    };
  }
  return greatest;
}

const richness = ["jpeg", "auto", "h264"] as const satisfies PictureWish["encoding"][];

function richer(a: PictureWish["encoding"], b: PictureWish["encoding"]): PictureWish["encoding"] {
  return richness.indexOf(a) > richness.indexOf(b) ? a : b;
}

export function askFor(deviceId: string, wish: PictureWish, encoding: "jpeg" | "h264"): Asked {
  const quality =
    streamQuality.options.find((each) => shortEdgePixels[each] >= wish.shortEdge * unseen) ?? "high";
  const sound = wish.sound === true ? { sound: true } : {};
  if (encoding === "jpeg") {
    const fps = Math.min(wish.fps, mostJpegFps);
    return { device_id: deviceId, quality, fps, encoding: "binary", ...sound };
  }
  const { fps, shortEdge: short_edge } = wish;
  return { device_id: deviceId, quality, fps, encoding, short_edge, ...sound };
}
