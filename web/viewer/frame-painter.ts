import type { Size } from "../../protocol/fields.ts";

/** Draws the pictures of one device, each on any number of canvases. */
export interface FramePainter {
  /** Makes the canvas as large as is wanted. `onPainted` is called when the picture is on it, at once or soon. */
  paint(frame: VideoFrame, on: OffscreenCanvasRenderingContext2D, size: Size, onPainted: () => void): void;
}

/** A newer picture may be converted before an older one is on its canvas: each has its pixels for itself. */
interface Conversion {
  frame: VideoFrame;
  pixels: ImageData;
  done: Promise<unknown>;
  /** Canvases that wait for it. */
  users: number;
}

/**
 * `drawImage` of a picture that was decoded in software takes Chrome 20 times as long as converting it, once for all
 * canvases, and putting its pixels. One that a graphics card has decoded is drawn there, and would have to be read back.
 */
export function makeFramePainter(): FramePainter {
  let latest: Conversion | undefined;
  /** Of another conversion, which nobody needs any more: a large picture is worth not being collected as garbage. */
  let spare: ImageData | undefined;
  let canConvert = true;
  /** For canvases that are smaller than the picture. */
  let whole: OffscreenCanvasRenderingContext2D | null = null;

  function convert(frame: VideoFrame): Conversion {
    const { displayWidth: width, displayHeight: height } = frame;
    if (latest?.users === 0) spare = latest.pixels;
    const pixels = spare?.width === width && spare.height === height ? spare : new ImageData(width, height);
    spare = undefined;
    return { frame, pixels, done: frame.copyTo(pixels.data, { format: "RGBA" }), users: 0 };
  }

  function put(picture: ImageData, on: OffscreenCanvasRenderingContext2D, size: Size): void {
    const { width, height } = picture;
    if (width === size.width && height === size.height) {
      fit(on.canvas, size);
      on.putImageData(picture, 0, 0);
      return;
    }
    if (whole?.canvas.width !== width || whole.canvas.height !== height)
      whole = new OffscreenCanvas(width, height).getContext("2d", { alpha: false });
    if (whole === null) return;
    whole.putImageData(picture, 0, 0);
    draw(whole.canvas, on, size);
  }

  async function paintConverted(
    frame: VideoFrame,
    on: OffscreenCanvasRenderingContext2D,
    size: Size,
  ): Promise<void> {
    const conversion = latest?.frame === frame ? latest : convert(frame);
    latest = conversion;
    conversion.users += 1;
    try {
      await conversion.done;
      put(conversion.pixels, on, size);
    } catch {
      // A browser that does not know how. The picture may be closed by now, and has no size then.
      canConvert = false;
      if (frame.displayWidth > 0) draw(frame, on, size);
    } finally {
      conversion.users -= 1;
      if (conversion.users === 0 && conversion !== latest) spare = conversion.pixels;
    }
  }

  return {
    paint(frame, on, size, onPainted) {
      if (canConvert && isInMemory(frame)) void paintConverted(frame, on, size).then(onPainted);
      else {
        draw(frame, on, size);
        onPainted();
      }
    },
  };
}

function draw(image: CanvasImageSource, on: OffscreenCanvasRenderingContext2D, size: Size): void {
  fit(on.canvas, size);
  on.drawImage(image, 0, 0, size.width, size.height);
}

function fit(canvas: OffscreenCanvas, { width, height }: Size): void {
  // Even setting the same size would make it black.
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
}

/** What cards decode has other formats. Pixels that are not square, or are to be turned, are left to `drawImage`. */
function isInMemory({ format, visibleRect, displayWidth, displayHeight }: VideoFrame): boolean {
  return format === "I420" && visibleRect?.width === displayWidth && visibleRect.height === displayHeight;
}
