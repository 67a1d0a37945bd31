import type { JpegCanvas } from "./picture.ts";

const jpegQuality = 0.65;

/** JPEGs by the browser's own encoder. `convertToBlob` is direct in a thread; on the main thread it waits for idle time. */
export function makeOffscreenJpeg(): JpegCanvas {
  let canvas: OffscreenCanvas | undefined;
  let context: OffscreenCanvasRenderingContext2D | null = null;
  return {
    draw: (picture, size) => {
      if (canvas === undefined) {
        canvas = new OffscreenCanvas(size.width, size.height);
        // `willReadFrequently`: every picture is read back for the JPEG, so it had better never be in the GPU.
        context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
      }
      if (canvas.width !== size.width || canvas.height !== size.height) {
        canvas.width = size.width;
        canvas.height = size.height;
      }
      if (context !== null) picture.drawOn(context, size);
    },
    encode: async () => {
      if (canvas === undefined) throw new Error("nothing was drawn");
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: jpegQuality });
      return new Uint8Array(await blob.arrayBuffer());
    },
  };
}
