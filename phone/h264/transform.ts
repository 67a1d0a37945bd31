/** The integer transforms of H.264 and their way back. A block is 4 × 4 in raster order, at any place of an array. */

/** 8.5.6: from scanning order to raster order. */
const zigzag = Uint8Array.of(0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15);

/** The finest that is used: below, a coefficient might need codes that baseline has not. */
export const finestQp = 20;
export const coarsestQp = 48;

/** One QP's arithmetic, by place in a block. */
export interface Quantizer {
  /** What a level is worth (8.5.9). */
  readonly scales: Int32Array;
  /** 2^shift over that and over the transform's own gain. */
  readonly factors: Int32Array;
  readonly shift: number;
}

/** By QP modulo 6, for the places of a block whose row and column are both even, both odd, or mixed. */
const baseScales = [
  [10, 16, 13],
  [11, 18, 14],
  [13, 20, 16],
  [14, 23, 18],
  [16, 25, 20],
  [18, 29, 23],
];
const baseFactors = [
  [13107, 5243, 8066],
  [11916, 4660, 7490],
  [10082, 4194, 6554],
  [9362, 3647, 5825],
  [8192, 3355, 5243],
  [7282, 2893, 4559],
];
const kinds = Array.from({ length: 16 }, (_, place) => [0, 2, 1][(place & 1) + ((place >> 2) & 1)]);

/** By QP. */
export const quantizers: readonly Quantizer[] = Array.from({ length: 52 }, (_, qp) => {
  const octave = Math.floor(qp / 6);
  return {
    scales: Int32Array.from(kinds, (kind) => baseScales[qp % 6][kind] << octave),
    factors: Int32Array.from(kinds, (kind) => baseFactors[qp % 6][kind]),
    shift: 15 + octave,
  };
});

/** Table 8-15. */
const coarseChromaQps = [
  29, 30, 31, 32, 32, 33, 34, 34, 35, 35, 36, 36, 37, 37, 37, 38, 38, 38, 39, 39, 39, 39,
];
export const chromaQpOf = (qp: number) => (qp < 30 ? qp : coarseChromaQps[qp - 30]);

export function transform(block: Int32Array, at: number): void {
  for (let i = at; i < at + 16; i += 4) {
    const a = block[i] + block[i + 3];
    const b = block[i + 1] + block[i + 2];
    const c = block[i + 1] - block[i + 2];
    const d = block[i] - block[i + 3];
    block[i] = a + b;
    block[i + 1] = 2 * d + c;
    block[i + 2] = a - b;
    block[i + 3] = d - 2 * c;
  }
  for (let i = at; i < at + 4; i += 1) {
    const a = block[i] + block[i + 12];
    const b = block[i + 4] + block[i + 8];
    const c = block[i + 4] - block[i + 8];
    const d = block[i] - block[i + 12];
    block[i] = a + b;
    block[i + 4] = 2 * d + c;
    block[i + 8] = a - b;
    block[i + 12] = d - 2 * c;
  }
}

/** 8.5.12.2, up to the last rounding: what it leaves is 64 times a difference of pixels. */
export function inverseTransform(block: Int32Array, at: number): void {
  for (let i = at; i < at + 16; i += 4) {
    const a = block[i] + block[i + 2];
    const b = block[i] - block[i + 2];
    const c = (block[i + 1] >> 1) - block[i + 3];
    const d = block[i + 1] + (block[i + 3] >> 1);
    block[i] = a + d;
    block[i + 1] = b + c;
    block[i + 2] = b - c;
    block[i + 3] = a - d;
  }
  for (let i = at; i < at + 4; i += 1) {
    const a = block[i] + block[i + 8];
    const b = block[i] - block[i + 8];
    const c = (block[i + 4] >> 1) - block[i + 12];
    const d = block[i + 4] + (block[i + 12] >> 1);
    block[i] = a + d;
    block[i + 4] = b + c;
    block[i + 8] = b - c;
    block[i + 12] = a - d;
  }
}

/** The transform of the 16 DC of a macroblock, which is its own inverse but for a factor of 16. */
export function hadamard(block: Int32Array): void {
  for (const [step, next] of [
    [1, 4],
    [4, 1],
  ]) {
    for (let i = 0; i < 4 * next; i += next) {
      const a = block[i] + block[i + 3 * step];
      const b = block[i + step] + block[i + 2 * step];
      const c = block[i + step] - block[i + 2 * step];
      const d = block[i] - block[i + 3 * step];
      block[i] = a + b;
      block[i + step] = d + c;
      block[i + 2 * step] = a - b;
      block[i + 3 * step] = d - c;
    }
  }
}

/** The 2 × 2 transform of the 4 DC of one chroma plane, its own inverse but for a factor of 4. */
export function hadamard2(block: Int32Array): void {
  const [a, b, c, d] = block;
  block[0] = a + b + c + d;
  block[1] = a - b + c - d;
  block[2] = a + b - c - d;
  block[3] = a - b - c + d;
}

/**
 * Levels in scanning order of the coefficients in `block`, which are replaced by what a decoder makes of the levels.
 * @param from 1 leaves the DC alone, which then is no level
 * @param rounding what is rounded up, of 64ths of a step
 * @returns how many levels are not zero
 */
export function quantize(
  block: Int32Array,
  at: number,
  levels: Int32Array,
  levelsAt: number,
  { from, rounding, quantizer }: { from: 0 | 1; rounding: number; quantizer: Quantizer },
): number {
  const { scales, factors, shift } = quantizer;
  const bias = rounding << (shift - 6);
  let count = 0;
  for (let scan = from; scan < 16; scan += 1) {
    const place = zigzag[scan];
    const value = block[at + place];
    const size = (Math.abs(value) * factors[place] + bias) >> shift;
    const level = value < 0 ? -size : size;
    if (size !== 0) count += 1;
    levels[levelsAt + scan - from] = level;
    block[at + place] = level * scales[place];
  }
  return count;
}

/**
 * The same for what `hadamard` or `hadamard2` made of DCs, with `gainBits` for its gain; all places count as even.
 * `block` gets the levels, not yet their worth.
 */
export function quantizeDc(
  block: Int32Array,
  levels: Int32Array,
  { gainBits, rounding, quantizer }: { gainBits: 1 | 2; rounding: number; quantizer: Quantizer },
): number {
  const shift = quantizer.shift + gainBits;
  const bias = rounding << (shift - 6);
  let count = 0;
  for (let scan = 0; scan < levels.length; scan += 1) {
    const place = levels.length === 16 ? zigzag[scan] : scan;
    const size = (Math.abs(block[place]) * quantizer.factors[0] + bias) >> shift;
    if (size !== 0) count += 1;
    block[place] = levels[scan] = block[place] < 0 ? -size : size;
  }
  return count;
}
