import type { Size } from "../../protocol/fields.ts";
import type { PictureFacts, PictureWish } from "../../protocol/viewer.ts";
import type { FramePainter } from "./frame-painter.ts";
import type { ReceivedPacket } from "./video-player.ts";

/** A picture this much larger than what is shown is drawn smaller. */
const muchLarger = 1.4;
/** While more pictures are being decoded, one is drawn at least this often. */
const mostSkippedMs = 100;

/** The newest picture of a device, which stays its owner's. */
export interface NewestPicture {
  frame: VideoFrame;
  facts: PictureFacts;
  packet: ReceivedPacket;
  /** Unix milliseconds of the relay's clock. */
  decodedMs: number;
}

/** A canvas of the page that pictures of one device are painted on. */
export interface Surface {
  /** Absent: keeps its picture and takes no other. */
  setWish(wish: PictureWish | undefined): void;
  /** There is a new picture; `isLast` when no other is being decoded. */
  offer(isLast: boolean): void;
  /** How many were painted. */
  painted(): number;
  close(): void;
}

export interface SurfaceNeeds {
  canvas: OffscreenCanvas;
  painter: FramePainter;
  newest(): NewestPicture | undefined;
  onPainted(picture: NewestPicture): void;
  nowMs(): number;
}

/** Paints the newest picture whenever one is due; nothing waits but the newest. */
export function makeSurface(needs: SurfaceNeeds): Surface {
  const { canvas, painter } = needs;
  const context = canvas.getContext("2d", { alpha: false });
  let wish: PictureWish | undefined;
  let painted = 0;
  let isPainting = false;
  let shown: NewestPicture | undefined;
  let paintedAtMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function paint(): void {
    clearTimeout(timer);
    timer = undefined;
    const picture = needs.newest();
    if (picture === undefined || wish === undefined || context === null || isPainting) return;
    isPainting = true;
    painter.paint(picture.frame, context, shownSize(picture.frame, wish.shortEdge), () => {
      isPainting = false;
      painted += 1;
      paintedAtMs = needs.nowMs();
      shown = picture;
      needs.onPainted(picture);
      if (needs.newest() !== picture) offer(true);
    });
  }

  function offer(isLast: boolean): void {
    if (wish === undefined) return;
    const sinceMs = needs.nowMs() - paintedAtMs;
    if (!isLast && sinceMs < mostSkippedMs) return;
    // Another viewer of the device may have it come much faster than this one asked.
    const waitMs = 1000 / wish.fps / 1.5 - sinceMs;
    if (waitMs <= 0) paint();
    else timer ??= setTimeout(paint, waitMs);
  }

  // Where graphics crash, canvases lose their contexts and get them back empty.
  canvas.addEventListener("contextrestored", paint);

  return {
    setWish(next) {
      wish = next;
      if (wish !== undefined && needs.newest() !== shown) paint();
    },
    offer,
    painted: () => painted,
    close() {
      clearTimeout(timer);
      canvas.removeEventListener("contextrestored", paint);
    },
  };
}

function shownSize(frame: VideoFrame, shortEdge: number): Size {
  const { displayWidth: width, displayHeight: height } = frame;
  const scale = Math.min(width, height) > shortEdge * muchLarger ? shortEdge / Math.min(width, height) : 1;
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
