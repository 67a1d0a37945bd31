import { createRequire } from "node:module";
import type { Canvas } from "@napi-rs/canvas";
import { registerFonts } from "./fonts.ts";

type CanvasModule = typeof import("@napi-rs/canvas");

/**
 * Gives Node the one thing of the browser's that a phone's screen needs and Node has not: `OffscreenCanvas`, as much of it
 * as `phone/` uses. The painter's library is a binary and is loaded with the first picture, so on a machine it was not
 * built for everything but the picture works.
 */
export function installOffscreenCanvas(): void {
  Object.defineProperty(globalThis, "OffscreenCanvas", { value: SkiaCanvas, configurable: true });
}

/** Skia's canvas behind the names of the browser's. */
class SkiaCanvas {
  readonly #canvas: Canvas;

  constructor(width: number, height: number) {
    this.#canvas = loadSkia().createCanvas(width, height);
  }

  getContext(kind: "2d", settings?: { alpha?: boolean }): unknown {
    return this.#canvas.getContext(kind, settings);
  }

  async convertToBlob(_options: { type: "image/png" }): Promise<Blob> {
    return new Blob([new Uint8Array(await this.#canvas.encode("png"))], { type: "image/png" });
  }
}

let skia: CanvasModule | undefined;

function loadSkia(): CanvasModule {
  if (skia !== undefined) return skia;
  const require = createRequire(import.meta.url);
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `require` has no types
    skia = require("@napi-rs/canvas") as CanvasModule;
  } catch (error) {
    const machine = `${process.platform}-${process.arch}`;
    throw new Error(
      `nothing to paint with: @napi-rs/canvas is not installed for ${machine}; run npm ci without --omit, ` +
        "or use a machine that its README lists",
      { cause: error },
    );
  }
  registerFonts(skia.GlobalFonts);
  return skia;
}
