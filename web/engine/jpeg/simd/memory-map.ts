/**
 * Where everything lies. Nothing is ever allocated: what a layer needs is bounded by the longest edge, and the planes,
 * whose size only the host knows, come last.
 */

/** Of pictures and layers, in pixels. The host knows it too. */
export const longestEdge = 4096;
/** The most bytes of a scan. */
export const scanCapacity = 2_000_000;

/** An edge of a layer, filled up to whole units of 16 pixels. */
const paddedEdge = longestEdge + 16;
/** The most is of one sample that is made of a whole edge, and is repeated to fill up a unit. */
const weightBytes = 16 * paddedEdge * 2;

/** Quantisers of luma and chroma, 64 bytes each in natural order; from the host. */
export const quantisers: usize = __heap_base;
/** Eight i16, see `color.ts`; from the host. */
export const colorGains: usize = quantisers + 128;
/** Four tables of u32, `code << 8 | length`, by symbol: DC and AC of luma, DC and AC of chroma; from the host. */
export const codes: usize = colorGains + 16;
export const codeTableBytes: usize = 256 * 4;

/** For luma and for chroma 64 pairs of reciprocals in the transform's order, see `transform.ts`. */
export const reciprocals: usize = codes + 4 * codeTableBytes;
export const reciprocalTableBytes: usize = 64 * 2 * 2;
/** One block of quantised coefficients, i16, in the transform's order. */
export const block: usize = reciprocals + 2 * reciprocalTableBytes;
/** Of each place of the zigzag, the byte where its coefficient lies in the block. */
export const zigzag: usize = block + 128;
/** For each of eight bytes of 64 flags in the block's order, and each value: those flags in zigzag order, u64. */
export const zigzagFlags: usize = zigzag + 64;

/** Horizontal taps: where each output sample begins, as a byte offset (i32), and its weights (i16). */
export const lumaStarts: usize = zigzagFlags + 8 * 256 * 8;
export const chromaStarts: usize = lumaStarts + paddedEdge * 4;
export const lumaWeights: usize = chromaStarts + paddedEdge * 4;
export const chromaWeights: usize = lumaWeights + weightBytes;
/** Vertical taps of the row at hand, i16. */
export const rowWeights: usize = chromaWeights + weightBytes;

/** One row, scaled vertically, i16; what lies behind its end is read, and weighs nothing. */
export const row: usize = rowWeights + longestEdge * 2 + 16;
const rowBytes = (paddedEdge + 64) * 2;
/** The two halves of an interleaved row of chroma. */
export const rowOfCb: usize = row + rowBytes;
export const rowOfCr: usize = rowOfCb + rowBytes;

/** Sixteen rows of a layer, i16, and eight of its chroma. */
export const lumaStrip: usize = rowOfCr + rowBytes;
export const cbStrip: usize = lumaStrip + 16 * paddedEdge * 2;
export const crStrip: usize = cbStrip + 8 * paddedEdge;
/** What chroma adds to luma where the matrix is another than JPEG's. */
export const lumaShiftStrip: usize = crStrip + 8 * paddedEdge;

export const scan: usize = lumaShiftStrip + 8 * paddedEdge;
/** The picture's planes, and a few bytes that are read behind their ends. */
export const planes: usize = (scan + scanCapacity + 15) & ~15;
