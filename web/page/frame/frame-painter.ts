import type { StreamFrame } from "../../../protocol/stream.ts";

/** Draws JPEG frames on a canvas, the newest one whenever the last is done: frames never queue. */
export interface FramePainter {
  paint(frame: StreamFrame): void;
  close(): void;
}

export function makeFramePainter(
  canvas: HTMLCanvasElement,
  onPainted: (frame: StreamFrame) => void,
): FramePainter {
  const context = canvas.getContext("2d", { alpha: false });
  let newest: StreamFrame | undefined;
  let isDrawing = false;
  let isClosed = false;

  async function drain(): Promise<void> {
    isDrawing = true;
    for (let frame = takeNewest(); frame !== undefined; frame = takeNewest()) {
      await draw(frame);
    }
    isDrawing = false;
  }

  function takeNewest(): StreamFrame | undefined {
    const frame = isClosed ? undefined : newest;
    newest = undefined;
    return frame;
  }

  async function draw(frame: StreamFrame): Promise<void> {
    let bitmap: ImageBitmap;
    try {
      bitmap = await createImageBitmap(new Blob([jpegBytes(frame.frame)], { type: "image/jpeg" }));
    } catch {
      // A broken JPEG is one lost frame: the next one is complete in itself.
      return;
    }
    if (!isClosed) {
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        canvas.width = bitmap.width;
        canvas.height = bitmap.height;
      }
      context?.drawImage(bitmap, 0, 0);
      onPainted(frame);
    }
    bitmap.close();
  }

  return {
    paint(frame) {
      newest = frame;
      if (!isDrawing) void drain();
    },
    close() {
      isClosed = true;
    },
  };
}

/** A relay that knows only the event document sends base64 whatever is asked. */
export function jpegBytes(frame: StreamFrame["frame"]): Uint8Array<ArrayBuffer> {
  if (typeof frame !== "string") return new Uint8Array(frame);
  return Uint8Array.from(atob(frame), (character) => character.charCodeAt(0));
}
