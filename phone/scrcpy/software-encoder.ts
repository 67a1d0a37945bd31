import { concatenate } from "../../protocol/concatenate.ts";
import { makeScreenEncoder } from "../h264/encoder.ts";
import { chooseLevel } from "./h264-level.ts";
import type { EncoderConfig, PictureEncoder } from "./picture-encoder.ts";

/** Encodes by our own means, wherever there is an `OffscreenCanvas` to paint on. */
export async function encodeInSoftware({
  size,
  bitsPerSecond,
  framesPerSecond,
}: EncoderConfig): Promise<PictureEncoder> {
  const { width, height } = size;
  const context = new OffscreenCanvas(width, height).getContext("2d", {
    alpha: false,
    willReadFrequently: true,
  });
  if (context === null) throw new Error("no 2D context to paint on");
  const level = chooseLevel(size, framesPerSecond);
  const encoder = makeScreenEncoder({ width, height, level, bitsPerSecond, framesPerSecond });
  return {
    async encode(display, picture) {
      display.draw(context, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      const units = encoder.encode(new Uint32Array(data.buffer), picture);
      if (units.length === 0) return undefined;
      return { data: concatenate(units), isKeyFrame: units.length > 1 };
    },
    close: () => undefined,
  };
}
