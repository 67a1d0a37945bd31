import type { Size } from "../../../protocol/fields.ts";
import { colorGains, type PlanesColor } from "./color-gains.ts";
import { endOfImage, jpegHeader } from "./jpeg-header.ts";
import type { JpegLayer } from "./jpeg-encoder.ts";
import { codesOf, huffmanTables, quantisersFor } from "./standard-tables.ts";

/** In pixels, of a picture and of a layer; `simd/memory-map.ts` has it too. */
export const longestEdge = 4096;

/** Where the planes of a 4:2:0 picture lie. Offsets are bytes from the first one of the room. */
export interface Planes extends Size {
  color: PlanesColor;
  luma: { offset: number; stride: number };
  /** Samples of Cb and Cr are `step` bytes apart: 1 in I420, 2 in NV12. */
  chroma: { cbOffset: number; crOffset: number; stride: number; step: 1 | 2 };
}

/** Makes JPEGs in WebAssembly with SIMD. */
export interface PlanesEncoder {
  /** Room for planes; what was there before is lost. Stays as it is until the next call. */
  room(byteLength: number): Uint8Array<ArrayBuffer>;
  /** Of what lies in the room, one JPEG a layer. */
  encode(planes: Planes, layers: readonly JpegLayer[]): Uint8Array<ArrayBuffer>[];
  /** Bytes it holds. */
  memoryBytes(): number;
}

/** The exports of `simd/scan.ts`. */
interface Scanner {
  memory: WebAssembly.Memory;
  quantisers: WebAssembly.Global<"i32">;
  colorGains: WebAssembly.Global<"i32">;
  codes: WebAssembly.Global<"i32">;
  scan: WebAssembly.Global<"i32">;
  planes: WebAssembly.Global<"i32">;
  makeRoom(planeBytes: number): number;
  layOutReciprocals(): void;
  encodeScan(...numbers: number[]): number;
}

/** `module` is `simd.wasm`. Throws where there is no memory for it. */
export function makePlanesEncoder(module: WebAssembly.Module): PlanesEncoder {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test compiles it from the source of these exports
  const scanner = new WebAssembly.Instance(module).exports as unknown as Scanner;
  const { memory } = scanner;
  const origin = scanner.planes.value;
  let roomBytes = 0;
  let presentQuality: number | undefined;
  let quantisers: Uint8Array = new Uint8Array();

  makeRoom(0);
  const codes = new Uint32Array(memory.buffer, scanner.codes.value, huffmanTables.length * 256);
  for (const [at, table] of huffmanTables.entries()) codes.set(codesOf(table), at * 256);

  function makeRoom(byteLength: number): void {
    if (scanner.makeRoom(byteLength) === 0) {
      throw new Error(`no memory for a picture of ${byteLength} bytes`);
    }
    roomBytes = Math.max(roomBytes, byteLength);
  }

  function setQuality(quality: number): void {
    if (quality === presentQuality) return;
    presentQuality = quality;
    quantisers = quantisersFor(quality);
    new Uint8Array(memory.buffer).set(quantisers, scanner.quantisers.value);
    scanner.layOutReciprocals();
  }

  function setColor(color: PlanesColor): void {
    const gains = colorGains(color);
    new Int16Array(memory.buffer, scanner.colorGains.value, gains.length).set(gains);
  }

  function encodeLayer(planes: Planes, { size, quality }: JpegLayer): Uint8Array<ArrayBuffer> {
    setQuality(quality);
    const { luma, chroma } = planes;
    const length = scanner.encodeScan(
      origin + luma.offset,
      luma.stride,
      origin + chroma.cbOffset,
      origin + chroma.crOffset,
      chroma.stride,
      chroma.step,
      planes.width,
      planes.height,
      size.width,
      size.height,
    );
    // Nothing that a phone shows; noise at the best quality does it.
    if (length === 0) {
      if (quality <= 0.01) throw new Error(`a JPEG of ${size.width}x${size.height} is too large`);
      return encodeLayer(planes, { size, quality: quality / 2 });
    }
    const header = jpegHeader(size, quantisers);
    const jpeg = new Uint8Array(header.length + length + endOfImage.length);
    jpeg.set(header);
    jpeg.set(new Uint8Array(memory.buffer, scanner.scan.value, length), header.length);
    jpeg.set(endOfImage, header.length + length);
    return jpeg;
  }

  return {
    room: (byteLength) => {
      makeRoom(byteLength);
      return new Uint8Array(memory.buffer, origin, byteLength);
    },
    encode: (planes, layers) => {
      checkPlanes(planes, roomBytes);
      for (const { size } of layers) checkLayer(size, planes);
      setColor(planes.color);
      return layers.map((layer) => encodeLayer(planes, layer));
    },
    memoryBytes: () => memory.buffer.byteLength,
  };
}

/** WebAssembly would read and write whatever lies there. */
function checkPlanes(planes: Planes, roomBytes: number): void {
  const { width, height, luma, chroma } = planes;
  const chromaRowBytes = Math.ceil(width / 2) * chroma.step;
  const rows = Math.ceil(height / 2);
  const lastChroma = Math.max(chroma.cbOffset, chroma.crOffset) - (chroma.step - 1);
  const isGood =
    isEdge(width) &&
    isEdge(height) &&
    Math.min(luma.offset, chroma.cbOffset, chroma.crOffset) >= 0 &&
    luma.stride >= width &&
    chroma.stride >= chromaRowBytes &&
    luma.offset + luma.stride * (height - 1) + width <= roomBytes &&
    lastChroma + chroma.stride * (rows - 1) + chromaRowBytes <= roomBytes;
  if (!isGood)
    throw new RangeError(`no planes of a picture of ${width}x${height}: ${JSON.stringify(planes)}`);
}

function checkLayer(size: Size, planes: Size): void {
  const isGood =
    isEdge(size.width) && isEdge(size.height) && size.width <= planes.width && size.height <= planes.height;
  if (!isGood) throw new RangeError(`no layer of ${planes.width}x${planes.height}: ${JSON.stringify(size)}`);
}

function isEdge(pixels: number): boolean {
  return Number.isInteger(pixels) && pixels >= 1 && pixels <= longestEdge;
}
