import type { Size } from "../../../protocol/fields.ts";
import { shortEdgePixels, type StreamQuality } from "../../../protocol/stream.ts";
import type { VideoWish } from "./scrcpy-session.ts";

const bitsPerSecond = { low: 500_000, medium: 1_000_000, high: 2_000_000 } as const satisfies Record<
  StreamQuality,
  number
>;
/** Some encoders fail at some sizes: each failure asks for a smaller picture than was wanted. */
const sizeSteps = [1, 0.75, 0.5, 0.35] as const;

/** Scaled so that the short edge has the quality's pixels; never enlarged. */
export function layerSize(picture: Size, quality: StreamQuality): Size {
  const shortEdge = Math.min(picture.width, picture.height);
  const scale = Math.min(1, shortEdgePixels[quality] / shortEdge);
  return {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
}

/** What to ask of the phone so that it does the scaling. `failures` counts the sizes that made no picture. */
export function videoWishFor(quality: StreamQuality, fps: number, screen: Size, failures: number): VideoWish {
  const layer = layerSize(screen, quality);
  const step = sizeSteps[Math.min(failures, sizeSteps.length - 1)] ?? 1;
  const longEdge = Math.max(layer.width, layer.height) * step;
  return {
    // Rounded up to scrcpy's multiple of 8, so that the short edge comes out at the layer's and not below it.
    maxSize: Math.ceil(longEdge / 8) * 8,
    maxFps: Math.ceil(fps),
    bitsPerSecond: bitsPerSecond[quality],
  };
}

/** Whether one video is larger or faster than another; no video at all is the least. */
export function isMoreThan(one: VideoWish | undefined, other: VideoWish | undefined): boolean {
  if (one === undefined) return false;
  return other === undefined || one.maxSize > other.maxSize || one.maxFps > other.maxFps;
}

/** The display's size, turned as the picture is: what positions of commands are measured in. */
export function turnedLike(picture: Size, screen: Size): Size {
  const isPictureWide = picture.width > picture.height;
  const isScreenWide = screen.width > screen.height;
  return isPictureWide === isScreenWide ? screen : { width: screen.height, height: screen.width };
}
