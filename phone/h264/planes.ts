import { chromaSize, lumaSize, macroblockSize } from "./macroblock.ts";

/** One plane of a picture, in whole macroblocks. */
export interface Plane {
  readonly samples: Uint8Array;
  readonly stride: number;
  /** How many coefficients each block of 4 × 4 has: what CAVLC chooses its codes by. */
  readonly counts: Uint8Array;
  readonly countStride: number;
  /** Samples along the edge of a macroblock: 16 or 8. */
  readonly edge: number;
}

/** The picture that a decoder has now: the reference of the next one, changed in place while that is encoded. */
export type Planes = readonly [Plane, Plane, Plane];

export function makePlanes(across: number, down: number): Planes {
  const make = (edge: number): Plane => ({
    samples: new Uint8Array(across * down * edge * edge),
    stride: across * edge,
    counts: new Uint8Array((across * down * edge * edge) / 16),
    countStride: (across * edge) / 4,
    edge,
  });
  return [make(16), make(8), make(8)];
}

/** Predicts that a macroblock stays as it is shown. */
export function predictSame(into: Uint8Array, planes: Planes, column: number, row: number): void {
  let at = 0;
  for (const { samples, stride, edge } of planes) {
    const start = row * edge * stride + column * edge;
    for (let y = 0; y < edge; y += 1) {
      for (let x = 0; x < edge; x += 1) into[at + x] = samples[start + y * stride + x];
      at += edge;
    }
  }
}

/** `Intra_16x16_pred_mode`; the fourth, plane, is not used. */
export const intraModes = { vertical: 0, horizontal: 1, dc: 2 } as const;
export type IntraMode = (typeof intraModes)[keyof typeof intraModes];
/** `intra_chroma_pred_mode` of the same direction. */
export const chromaModes = [2, 1, 0] as const;

/** The directions that a macroblock's neighbours allow. */
export function possibleModes(column: number, row: number): IntraMode[] {
  const { vertical, horizontal, dc } = intraModes;
  return [...(row > 0 ? [vertical] : []), ...(column > 0 ? [horizontal] : []), dc];
}

/** Predicts a macroblock's luma, or both planes of its chroma, from the row above it and the column to its left (8.3.3, 8.3.4). */
export function predictIntra(
  into: Uint8Array,
  planes: Planes,
  { column, row, mode, only }: { column: number; row: number; mode: IntraMode; only: "luma" | "chroma" },
): void {
  for (const [index, plane] of planes.entries()) {
    if ((index === 0) !== (only === "luma")) continue;
    const { samples, stride, edge } = plane;
    const start = row * edge * stride + column * edge;
    const at = index === 0 ? 0 : lumaSize + (index - 1) * chromaSize;
    if (mode === intraModes.dc) {
      predictMean(into, plane, { at, start, hasAbove: row > 0, hasLeft: column > 0 });
      continue;
    }
    for (let y = 0; y < edge; y += 1) {
      for (let x = 0; x < edge; x += 1) {
        const neighbour = mode === intraModes.vertical ? start - stride + x : start + y * stride - 1;
        into[at + y * edge + x] = samples[neighbour];
      }
    }
  }
}

interface Neighbours {
  /** First sample of the macroblock's own array for this plane. */
  at: number;
  /** Its place in the plane. */
  start: number;
  hasAbove: boolean;
  hasLeft: boolean;
}

/** Luma has one mean; chroma one for each 4 × 4, those off the diagonal of the nearer edge only (8.3.4.1 to 3). */
function predictMean(into: Uint8Array, plane: Plane, { at, start, hasAbove, hasLeft }: Neighbours): void {
  const { samples, stride, edge } = plane;
  const part = edge === 16 ? 16 : 4;
  for (let y = 0; y < edge; y += part) {
    for (let x = 0; x < edge; x += part) {
      const usesAbove = hasAbove && !(x < y && hasLeft);
      const usesLeft = hasLeft && !(y < x && hasAbove);
      let sum = 0;
      for (let i = 0; i < part; i += 1) {
        if (usesAbove) sum += samples[start - stride + x + i];
        if (usesLeft) sum += samples[start + (y + i) * stride - 1];
      }
      const count = part * (Number(usesAbove) + Number(usesLeft));
      const mean = count === 0 ? 128 : Math.floor((sum + count / 2) / count);
      for (let line = y; line < y + part; line += 1) {
        into.fill(mean, at + line * edge + x, at + line * edge + x + part);
      }
    }
  }
}

/** How far off a prediction of the luma is. */
export function lumaDistance(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < lumaSize; i += 1) sum += Math.abs(a[i] - b[i]);
  return sum;
}

export const makeMacroblock = () => new Uint8Array(macroblockSize);
