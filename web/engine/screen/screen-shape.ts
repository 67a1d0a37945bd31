import type { Size } from "../../../protocol/fields.ts";
import { shortEdgePixels, type StreamQuality } from "../../../protocol/stream.ts";

/** Scaled so that the short edge has so many pixels; never enlarged. */
export function scaledTo(picture: Size, shortEdge: number): Size {
  const scale = Math.min(1, shortEdge / Math.min(picture.width, picture.height));
  return {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
}

export function layerSize(picture: Size, quality: StreamQuality): Size {
  return scaledTo(picture, shortEdgePixels[quality]);
}

/** The display's size, turned as the picture is: what positions of commands are measured in. */
export function turnedLike(picture: Size, screen: Size): Size {
  const isPictureWide = picture.width > picture.height;
  const isScreenWide = screen.width > screen.height;
  return isPictureWide === isScreenWide ? screen : { width: screen.height, height: screen.width };
}
