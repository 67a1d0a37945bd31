import { readableFormat, readPlanes } from "./frame-planes.ts";
import type { JpegEncoder, JpegLayer } from "./jpeg-encoder.ts";
import type { Planes, PlanesEncoder } from "./planes-encoder.ts";

/** JPEGs of the planes of video frames, one frame after the other; of all else by `otherwise`. */
export function makeFrameEncoder(planesEncoder: PlanesEncoder, otherwise: JpegEncoder): JpegEncoder {
  /** Formats that this browser does not give the planes of, although it says what they are. */
  const refused = new Set<VideoPixelFormat>();
  let last: Promise<unknown> = Promise.resolve();

  async function encodePlanes(
    frame: VideoFrame,
    format: VideoPixelFormat,
    layers: readonly JpegLayer[],
  ): Promise<Uint8Array<ArrayBuffer>[]> {
    let planes: Planes;
    try {
      planes = await readPlanes(frame, (byteLength) => planesEncoder.room(byteLength));
    } catch (error) {
      // Closed meanwhile: whoever did it knows.
      if (frame.format === null) throw error;
      refused.add(format);
      return otherwise.encode(frame, layers);
    }
    return planesEncoder.encode(planes, layers);
  }

  return {
    encode: async (image, layers) => {
      // An `ImageBitmap` has no `clone`.
      const format = "clone" in image ? readableFormat(image) : undefined;
      if (format === undefined || refused.has(format) || !("clone" in image)) {
        return otherwise.encode(image, layers);
      }
      // There is room for one picture.
      const turn = last.then(() => encodePlanes(image, format, layers));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}
