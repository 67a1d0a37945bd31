import type { PictureWish } from "../../protocol/viewer.ts";

/** A picture this much larger than what is shown is drawn smaller. */
const muchLarger = 1.4;
/** While more pictures are being decoded, one is drawn at least this often. */
const mostSkippedMs = 100;

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
  /** The newest picture of the device, which stays its owner's. */
  newest(): VideoFrame | undefined;
  /** The newest picture is painted. */
  onPainted(): void;
  nowMs(): number;
}

/** Paints the newest picture whenever one is due; nothing waits but the newest. */
export function makeSurface(needs: SurfaceNeeds): Surface {
  const { canvas } = needs;
  const context = canvas.getContext("2d", { alpha: false });
  let wish: PictureWish | undefined;
  let painted = 0;
  let shown: VideoFrame | undefined;
  let paintedAtMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function paint(): void {
    clearTimeout(timer);
    timer = undefined;
    const frame = needs.newest();
    if (frame === undefined || wish === undefined || context === null) return;
    const { width, height } = shownSize(frame, wish.shortEdge);
    // Even setting the same size would make it black.
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.drawImage(frame, 0, 0, width, height);
    painted += 1;
    paintedAtMs = needs.nowMs();
    shown = frame;
    needs.onPainted();
  }

  // Where graphics crash, canvases lose their contexts and get them back empty.
  canvas.addEventListener("contextrestored", paint);

  return {
    setWish(next) {
      wish = next;
      if (wish !== undefined && needs.newest() !== shown) paint();
    },
    offer(isLast) {
      if (wish === undefined) return;
      const sinceMs = needs.nowMs() - paintedAtMs;
      if (!isLast && sinceMs < mostSkippedMs) return;
      // Another viewer of the device may have it come much faster than this one asked.
      const waitMs = 1000 / wish.fps / 1.5 - sinceMs;
      if (waitMs <= 0) paint();
      else timer ??= setTimeout(paint, waitMs);
    },
    painted: () => painted,
    close() {
      clearTimeout(timer);
      canvas.removeEventListener("contextrestored", paint);
    },
  };
}

function shownSize(frame: VideoFrame, shortEdge: number): { width: number; height: number } {
  const { displayWidth: width, displayHeight: height } = frame;
  const scale = Math.min(width, height) > shortEdge * muchLarger ? shortEdge / Math.min(width, height) : 1;
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
