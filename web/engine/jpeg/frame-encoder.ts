import { readableFormat, readPlanes } from "./frame-planes.ts";
import type { JpegEncoder, JpegImage, JpegLayer } from "./jpeg-encoder.ts";
import type { PlanesEncoder } from "./planes-encoder.ts";

/** JPEGs of the planes of video frames, one frame after the other; of all else by `otherwise`. */
export function makeFrameEncoder(planesEncoder: PlanesEncoder, otherwise: JpegEncoder): JpegEncoder {
  /** Formats that this browser does not give the planes of, although it says what they are. */
  const refused = new Set<VideoPixelFormat>();
  let last: Promise<unknown> = Promise.resolve();

  async function encodeFrame(
    frame: VideoFrame,
    layers: readonly JpegLayer[],
  ): Promise<Uint8Array<ArrayBuffer>[]> {
    const format = readableFormat(frame);
    if (format === undefined || refused.has(format)) return otherwise.encode(frame, layers);
    // There is room for one picture.
    const turn = last.then(async () =>
      planesEncoder.encode(await readPlanes(frame, (byteLength) => planesEncoder.room(byteLength)), layers),
    );
    last = turn.catch(() => undefined);
    try {
      return await turn;
    } catch (error) {
      // Closed meanwhile: whoever did it knows.
      if (frame.format === null) throw error;
      const jpegs = await otherwise.encode(frame, layers);
      refused.add(format);
      return jpegs;
    }
  }

  return {
    encode: (image: JpegImage, layers) =>
      image instanceof VideoFrame ? encodeFrame(image, layers) : otherwise.encode(image, layers),
  };
}
