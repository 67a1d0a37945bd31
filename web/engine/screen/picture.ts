import type { Size } from "../../../protocol/fields.ts";
import type { JpegImage } from "../jpeg/jpeg-encoder.ts";
import type { VideoPacket } from "./scrcpy-session.ts";

/** One decoded picture. Whoever holds it closes it soon: about ten open ones stall a decoder. */
export interface Picture {
  readonly size: Size;
  readonly image: JpegImage;
  /** Microseconds on the device's clock. */
  readonly deviceUs: number;
  close(): void;
}

export interface PictureDecoderHooks {
  /** The receiver owns the picture. */
  onPicture(picture: Picture): void;
  /** Nothing can be shown until a key frame comes. Said at most once a second. */
  onKeyFrameNeeded(): void;
}

/** Turns packets into pictures. */
export interface PictureDecoder {
  push(packet: VideoPacket): void;
  close(): void;
}
export type MakePictureDecoder = (hooks: PictureDecoderHooks) => PictureDecoder;
