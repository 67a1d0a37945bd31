import type { Display, Size } from "../display.ts";

/** An H.264 encoder that paints and encodes a display's present picture, one at a time. */
export interface PictureEncoder {
  /** Access unit in Annex B, a key frame with SPS and PPS in front. Undefined: the encoder left the picture out. Rejects when it broke. */
  encode(display: Display, picture: PictureRequest): Promise<EncodedPicture | undefined>;
  close(): void;
}

export interface PictureRequest {
  timestampUs: number;
  isKeyFrame: boolean;
}

export interface EncodedPicture {
  data: Uint8Array;
  isKeyFrame: boolean;
}

export interface EncoderConfig {
  /** Multiples of 8. */
  size: Size;
  bitsPerSecond: number;
  /** The most that will be asked for; the real rate follows what happens on the screen. */
  framesPerSecond: number;
}

/** Rejects when this machine cannot encode such pictures. */
export type OpenEncoder = (config: EncoderConfig) => Promise<PictureEncoder>;
