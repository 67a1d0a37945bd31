import type { Size } from "../../../protocol/fields.ts";
import type { StreamQuality } from "../../../protocol/stream.ts";
import { withTimeLimit } from "../time-limit.ts";
import type { JpegEncoder } from "../jpeg/jpeg-encoder.ts";
import type { Picture } from "./picture.ts";
import { layerSize } from "./screen-shape.ts";

/** An encoder that never answers must not end the pictures of a device for good. */
const encodeLimitMs = 5000;
const jpegQuality = 0.65;

/** What viewers want to see of a device. */
export interface PictureWish {
  quality: StreamQuality;
  fps: number;
}

export interface JpegFrame {
  jpeg: Uint8Array;
  size: Size;
  /** When the picture was decoded, Unix milliseconds. */
  atMs: number;
}

export interface FramePumpNeeds {
  jpegEncoder: JpegEncoder;
  /** False while earlier frames are still on their way: the newest picture waits, older ones are forgotten. */
  isWireFree(): boolean;
  send(frame: JpegFrame): void;
  /** The browser cannot draw or encode; undefined when it can again. */
  onProblem(detail: string | undefined): void;
}

/** Makes JPEGs of the newest picture: at most at the wished rate, only of changes, and only when the wire is free. */
export interface FramePump {
  /** Takes ownership of the picture. */
  offer(picture: Picture): void;
  /** A new wish, or undefined for nobody watches. */
  setWish(wish: PictureWish | undefined): void;
  /** Sends the present picture once more although nothing changed: somebody new is watching. */
  repeat(): void;
  onWireFree(): void;
  close(): void;
}

/**
 * Counted from when the picture came, not from when it went: a phone that sends at just the wished rate would otherwise
 * have each picture wait as long as an early one once did. Never less than half an interval from now.
 */
function dueAfter(pictureMs: number | undefined, intervalMs: number): number {
  const nowMs = performance.now();
  return Math.max(pictureMs ?? nowMs, nowMs - intervalMs / 2) + intervalMs;
}

export function makeFramePump(needs: FramePumpNeeds): FramePump {
  let wish: PictureWish | undefined;
  /** Two clocks: a frame says when it was by the calendar, but that one may be set back by hours. */
  let newest: { picture: Picture; atMs: number; cameMs: number } | undefined;
  /** The one that was sent last, open so that it can be sent again. */
  let shown: { picture: Picture; atMs: number } | undefined;
  let isUnsent = false;
  let isEncoding = false;
  let hasProblem = false;
  let isClosed = false;
  let nextMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function setProblem(detail: string | undefined): void {
    hasProblem = detail !== undefined;
    if (!isClosed) needs.onProblem(detail);
  }

  function forgetNewest(): void {
    newest?.picture.close();
    newest = undefined;
  }

  function forgetShown(): void {
    shown?.picture.close();
    shown = undefined;
  }

  function turn(): void {
    if (wish === undefined || isEncoding || !needs.isWireFree()) return;
    if (newest === undefined && !(isUnsent && shown !== undefined)) return;
    const waitMs = nextMs - performance.now();
    if (waitMs > 0) {
      timer ??= setTimeout(() => {
        timer = undefined;
        turn();
      }, waitMs);
      return;
    }
    nextMs = dueAfter(newest?.cameMs, 1000 / wish.fps);
    void encode(wish.quality).finally(() => {
      isEncoding = false;
      if (wish === undefined) forgetShown();
      turn();
    });
  }

  async function encode(quality: StreamQuality): Promise<void> {
    isEncoding = true;
    try {
      if (newest !== undefined) {
        forgetShown();
        shown = newest;
        newest = undefined;
      }
      isUnsent = false;
      if (shown === undefined) return;
      const { picture, atMs } = shown;
      const size = layerSize(picture.size, quality);
      const encoding = needs.jpegEncoder.encode(picture.image, [{ size, quality: jpegQuality }]);
      const [jpeg] = await withTimeLimit("encoding a picture", encodeLimitMs, encoding);
      if (hasProblem) setProblem(undefined);
      if (wish !== undefined && jpeg !== undefined) needs.send({ jpeg, size, atMs });
    } catch (error) {
      setProblem(String(error));
    }
  }

  function forgetAll(): void {
    forgetNewest();
    // What is being encoded stays open until it is.
    if (!isEncoding) forgetShown();
  }

  return {
    offer: (picture) => {
      forgetNewest();
      if (wish === undefined) {
        picture.close();
        return;
      }
      newest = { picture, atMs: Date.now(), cameMs: performance.now() };
      turn();
    },
    setWish: (next) => {
      wish = next;
      clearTimeout(timer);
      timer = undefined;
      if (next === undefined) forgetAll();
      else nextMs = Math.min(nextMs, performance.now() + 1000 / next.fps);
      turn();
    },
    repeat: () => {
      isUnsent = true;
      turn();
    },
    onWireFree: turn,
    close: () => {
      isClosed = true;
      wish = undefined;
      clearTimeout(timer);
      timer = undefined;
      forgetAll();
    },
  };
}
