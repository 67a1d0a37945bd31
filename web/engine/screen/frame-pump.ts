import type { Size } from "../../../protocol/fields.ts";
import type { StreamQuality } from "../../../protocol/stream.ts";
import { withTimeLimit } from "../time-limit.ts";
import type { JpegEncoder } from "../jpeg/jpeg-encoder.ts";
import type { TakenPicture } from "./mirror.ts";
import { layerSize } from "./screen-shape.ts";

/** An encoder that never answers must not end the pictures of a device for good. */
const encodeLimitMs = 5000;

/** One JPEG layer that somebody watches. */
export interface LayerWish {
  quality: StreamQuality;
  fps: number;
}

export interface JpegFrame {
  jpeg: Uint8Array;
  quality: StreamQuality;
  size: Size;
  /** When the device showed it, microseconds on its clock. */
  deviceUs: number;
  takenMs: number;
}

export interface FramePumpNeeds {
  jpegEncoder: JpegEncoder;
  /** False while earlier frames are still on their way: the newest picture waits, older ones are forgotten. */
  isWireFree(): boolean;
  send(frame: JpegFrame): void;
  /** Encoding took so long. */
  onEncoded(tookMs: number): void;
  /** The browser cannot read or encode; undefined when it can again. */
  onProblem(detail: string | undefined): void;
}

/** Makes JPEGs of the newest picture: each layer at most at its rate, only of changes, and only when the wire is free. */
export interface FramePump {
  /** Takes ownership of the picture. */
  offer(taken: TakenPicture): void;
  /** New wishes; none when nobody watches JPEGs. `jpegQuality` is 0 to 1, as `convertToBlob` takes it. */
  setWish(layers: readonly LayerWish[], jpegQuality: number): void;
  /** Sends the present picture once more although nothing changed: somebody new is watching. */
  repeat(): void;
  /** Whether a picture waits to be sent. */
  isBehind(): boolean;
  onWireFree(): void;
  close(): void;
}

interface Layer {
  fps: number;
  dueMs: number;
  /** The newest picture was not sent of this layer yet. */
  isUnsent: boolean;
  /** When it may be. */
  goMs: number;
}

/** Up to half an interval early, in the long run never. */
function firstMomentMs({ dueMs, fps }: Layer): number {
  return dueMs - 500 / fps;
}

/**
 * A picture that comes too early waits for its successor, which then goes the moment it comes. Were it sent at the first
 * moment allowed, a phone that sends at just the wished rate would have every picture wait as long as this one.
 */
function goMsOf(layer: Layer, cameMs: number): number {
  return cameMs >= firstMomentMs(layer) ? cameMs : cameMs + 1250 / layer.fps;
}

export function makeFramePump(needs: FramePumpNeeds): FramePump {
  const layers = new Map<StreamQuality, Layer>();
  let jpegQuality = 0;
  let newest: TakenPicture | undefined;
  /** The one that was encoded last, open so that it can be sent again, or of another layer. */
  let shown: TakenPicture | undefined;
  let isEncoding = false;
  let hasProblem = false;
  let isClosed = false;
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

  function unsent(): [StreamQuality, Layer][] {
    return [...layers].filter(([, { isUnsent }]) => isUnsent);
  }

  function turn(): void {
    clearTimeout(timer);
    if (isEncoding || (newest ?? shown) === undefined || !needs.isWireFree()) return;
    const nowMs = performance.now();
    const due = unsent().filter(([, { goMs }]) => goMs <= nowMs);
    if (due.length > 0) {
      void encode(due, nowMs);
      return;
    }
    const nextMs = Math.min(...unsent().map(([, { goMs }]) => goMs));
    if (nextMs < Number.POSITIVE_INFINITY) timer = setTimeout(turn, nextMs - nowMs);
  }

  async function encode(due: [StreamQuality, Layer][], nowMs: number): Promise<void> {
    isEncoding = true;
    if (newest !== undefined) {
      forgetShown();
      shown = newest;
      newest = undefined;
    }
    try {
      if (shown !== undefined) await encodeOne(shown, due, nowMs);
    } catch (error) {
      setProblem(String(error));
    } finally {
      isEncoding = false;
      if (layers.size === 0) forgetShown();
      turn();
    }
  }

  async function encodeOne(
    { picture, takenMs }: TakenPicture,
    due: [StreamQuality, Layer][],
    nowMs: number,
  ): Promise<void> {
    for (const [, layer] of due) {
      layer.isUnsent = false;
      layer.dueMs = Math.max(layer.dueMs, nowMs) + 1000 / layer.fps;
    }
    const sizes = due.map(([quality]) => layerSize(picture.size, quality));
    const { image, deviceUs } = picture;
    const encoding = needs.jpegEncoder.encode(
      image,
      sizes.map((size) => ({ size, quality: jpegQuality })),
    );
    const jpegs = await withTimeLimit("encoding a picture", encodeLimitMs, encoding);
    needs.onEncoded(performance.now() - nowMs);
    if (hasProblem) setProblem(undefined);
    due.forEach(([quality], index) => {
      const [jpeg, size] = [jpegs[index], sizes[index]];
      if (jpeg === undefined || size === undefined || !layers.has(quality)) return;
      needs.send({ jpeg, quality, size, deviceUs, takenMs });
    });
  }

  function forgetAll(): void {
    clearTimeout(timer);
    layers.clear();
    forgetNewest();
    // What is being encoded stays open until it is.
    if (!isEncoding) forgetShown();
  }

  return {
    offer: (taken) => {
      forgetNewest();
      if (layers.size === 0) {
        taken.picture.close();
        return;
      }
      newest = taken;
      const nowMs = performance.now();
      for (const layer of layers.values())
        Object.assign(layer, { isUnsent: true, goMs: goMsOf(layer, nowMs) });
      turn();
    },
    setWish: (wished, quality) => {
      jpegQuality = quality;
      if (wished.length === 0) {
        forgetAll();
        return;
      }
      const nowMs = performance.now();
      const kept = new Set(wished.map((each) => each.quality));
      for (const known of layers.keys()) if (!kept.has(known)) layers.delete(known);
      for (const { quality: key, fps } of wished) {
        const before = layers.get(key);
        if (before === undefined) layers.set(key, { fps, dueMs: nowMs, isUnsent: true, goMs: nowMs });
        else {
          before.fps = fps;
          before.dueMs = Math.min(before.dueMs, nowMs + 1000 / fps);
          before.goMs = Math.min(before.goMs, before.dueMs);
        }
      }
      turn();
    },
    repeat: () => {
      for (const layer of layers.values())
        Object.assign(layer, { isUnsent: true, goMs: firstMomentMs(layer) });
      turn();
    },
    isBehind: () => isEncoding || (newest ?? shown) === undefined || unsent().length > 0,
    onWireFree: turn,
    close: () => {
      isClosed = true;
      forgetAll();
    },
  };
}
