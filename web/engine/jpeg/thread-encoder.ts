import { makeCanvasEncoder } from "./canvas-encoder.ts";
import { makeFrameEncoder } from "./frame-encoder.ts";
import type { JpegEncoder } from "./jpeg-encoder.ts";
import { makePlanesEncoder } from "./planes-encoder.ts";

/** The best encoder within one thread: WebAssembly where it has SIMD, else the browser's own. */
export function makeThreadEncoder(): JpegEncoder {
  const canvas = makeCanvasEncoder();
  const best = loadSimd().then(
    (module) => makeFrameEncoder(makePlanesEncoder(module), canvas),
    () => canvas,
  );
  return { encode: async (image, layers) => (await best).encode(image, layers) };
}

/** Rejects where there is no SIMD, or no WebAssembly. */
export async function loadSimd(): Promise<WebAssembly.Module> {
  const response = await fetch(new URL("simd.wasm", import.meta.url));
  if (!response.ok) throw new Error(`simd.wasm: ${response.status} ${response.statusText}`);
  return WebAssembly.compile(await response.arrayBuffer());
}
