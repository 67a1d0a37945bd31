/**
 * A macroblock by itself: 16 × 16 samples of luma, then 8 × 8 of each chroma plane, in one array.
 * Its 24 blocks of 4 × 4 are numbered as they are coded (6.4.3): 16 of luma, then 4 of each chroma plane.
 */

export const lumaSize = 256;
export const chromaSize = 64;
export const macroblockSize = lumaSize + 2 * chromaSize;

/** Where in a macroblock a block is. */
export interface Block {
  /** 0: luma, 1 and 2: chroma. */
  readonly plane: 0 | 1 | 2;
  /** In blocks, from the macroblock's corner. */
  readonly column: number;
  readonly row: number;
  /** Its first sample in the array, and how far below it the next row begins. */
  readonly at: number;
  readonly stride: number;
}

function makeBlock(plane: 0 | 1 | 2, column: number, row: number): Block {
  const stride = plane === 0 ? 16 : 8;
  const start = plane === 0 ? 0 : lumaSize + (plane - 1) * chromaSize;
  return { plane, column, row, stride, at: start + row * 4 * stride + column * 4 };
}

export const lumaBlocks: readonly Block[] = Array.from({ length: 16 }, (_, index) =>
  makeBlock(0, (index & 1) | ((index >> 1) & 2), ((index >> 1) & 1) | ((index >> 2) & 2)),
);
export const chromaBlocks: readonly (readonly Block[])[] = ([1, 2] as const).map((plane) =>
  Array.from({ length: 4 }, (_, index) => makeBlock(plane, index & 1, index >> 1)),
);

/**
 * Reads a macroblock out of RGBA pixels, in BT.709's limited range, each chroma sample the mean of four pixels.
 * Beyond the picture's edge its last pixels go on.
 */
export function readMacroblock(
  into: Uint8Array,
  pixels: Uint32Array,
  { width, height }: { width: number; height: number },
  { column, row }: { column: number; row: number },
): void {
  for (let y = 0; y < 16; y += 2) {
    const upper = Math.min(row * 16 + y, height - 1) * width;
    const lower = Math.min(row * 16 + y + 1, height - 1) * width;
    for (let x = 0; x < 16; x += 2) {
      const left = Math.min(column * 16 + x, width - 1);
      const right = Math.min(left + 1, width - 1);
      const a = pixels[upper + left];
      const b = pixels[upper + right];
      const c = pixels[lower + left];
      const d = pixels[lower + right];
      const at = y * 16 + x;
      into[at] = lumaOf(a);
      into[at + 1] = lumaOf(b);
      into[at + 16] = lumaOf(c);
      into[at + 17] = lumaOf(d);
      const red = (a & 255) + (b & 255) + (c & 255) + (d & 255);
      const green = ((a >> 8) & 255) + ((b >> 8) & 255) + ((c >> 8) & 255) + ((d >> 8) & 255);
      const blue = ((a >> 16) & 255) + ((b >> 16) & 255) + ((c >> 16) & 255) + ((d >> 16) & 255);
      const chromaAt = lumaSize + (y >> 1) * 8 + (x >> 1);
      into[chromaAt] = ((-26 * red - 86 * green + 112 * blue + 512) >> 10) + 128;
      into[chromaAt + chromaSize] = ((112 * red - 102 * green - 10 * blue + 512) >> 10) + 128;
    }
  }
}

/** A pixel of RGBA bytes, read little-endian. */
function lumaOf(pixel: number): number {
  return ((47 * (pixel & 255) + 157 * ((pixel >> 8) & 255) + 16 * ((pixel >> 16) & 255) + 128) >> 8) + 16;
}
