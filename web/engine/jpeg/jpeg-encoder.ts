import type { Size } from "../../../protocol/fields.ts";

/** What a JPEG can be made of. */
export type JpegImage = VideoFrame | ImageBitmap;

export interface JpegLayer {
  /** Never larger than the image. */
  size: Size;
  /** 0 to 1, as `convertToBlob` takes it. */
  quality: number;
}

/** Makes the JPEGs of all devices of an engine. */
export interface JpegEncoder {
  /**
   * One JPEG a layer, in their order. The image stays its holder's, who leaves it open until this settles. Rejects when
   * the browser cannot read or encode it.
   */
  encode(image: JpegImage, layers: readonly JpegLayer[]): Promise<Uint8Array<ArrayBuffer>[]>;
}
