import type { Size } from "../../../protocol/fields.ts";
import type { VideoPacket } from "./scrcpy-session.ts";

/** One decoded picture. Whoever holds it closes it soon: about ten open ones stall a decoder. */
export interface Picture {
  readonly size: Size;
  drawOn(context: OffscreenCanvasRenderingContext2D, size: Size): void;
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

/** Keeps the picture drawn last and makes JPEGs of it. */
export interface JpegCanvas {
  draw(picture: Picture, size: Size): void;
  /** The JPEG of what is drawn; rejects when nothing was ever drawn. */
  encode(): Promise<Uint8Array>;
}
export type MakeJpegCanvas = () => JpegCanvas;
