import type { JpegEncoder, JpegImage, JpegLayer } from "./jpeg-encoder.ts";

/** As many sizes as three layers of phones of one shape have, both ways up. */
const mostFree = 6;

/** JPEGs by the browser's own encoder. `convertToBlob` is direct in a thread; on the main thread it waits for idle time. */
export function makeCanvasEncoder(): JpegEncoder {
  /** A canvas is free again once its blob is made. Resizing one costs as much as a new one does. */
  const free: { canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D }[] = [];

  function take({ size }: JpegLayer): (typeof free)[number] {
    const at = free.findIndex(({ canvas }) => canvas.width === size.width && canvas.height === size.height);
    const [found] = at < 0 ? [] : free.splice(at, 1);
    if (found !== undefined) return found;
    const canvas = new OffscreenCanvas(size.width, size.height);
    // `willReadFrequently`: every picture is read back for the JPEG, so it had better never be in the GPU.
    const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    if (context === null) throw new Error("this browser gives no canvas to encode pictures with");
    return { canvas, context };
  }

  async function encodeLayer(image: JpegImage, layer: JpegLayer): Promise<Uint8Array<ArrayBuffer>> {
    const drawn = take(layer);
    drawn.context.drawImage(image, 0, 0, layer.size.width, layer.size.height);
    const blob = await drawn.canvas.convertToBlob({ type: "image/jpeg", quality: layer.quality });
    free.push(drawn);
    if (free.length > mostFree) free.shift();
    return new Uint8Array(await blob.arrayBuffer());
  }

  return {
    encode: (image, layers) => Promise.all(layers.map((layer) => encodeLayer(image, layer))),
  };
}
