import type { BitWriter } from "./bit-writer.ts";
import { type Block, chromaBlocks, lumaBlocks } from "./macroblock.ts";
import { chromaModes, type IntraMode, type Plane, type Planes } from "./planes.ts";
import { chromaDc, writeResidual } from "./residual.ts";

/** `coded_block_pattern` of a predicted macroblock to its code (table 9-4, the column for Inter). */
const interPatterns = [
  0, 16, 1, 2, 4, 8, 32, 3, 5, 10, 12, 15, 47, 7, 11, 13, 14, 6, 9, 31, 35, 37, 42, 44, 33, 34, 36, 40, 39,
  43, 45, 46, 17, 18, 20, 24, 19, 21, 26, 28, 23, 27, 29, 30, 22, 25, 38, 41,
];
const patternCodes = interPatterns.map((_, pattern) => interPatterns.indexOf(pattern));

export interface Place {
  column: number;
  row: number;
  qp: number;
  isKeyFrame: boolean;
}

/** Chroma's part of `coded_block_pattern`: 0 nothing, 1 only DC, 2 all. */
export type ChromaPattern = 0 | 1 | 2;

/** Writes `slice_data` (7.3.4 and 7.3.5), a macroblock at a time, in order. */
export interface MacroblockWriter {
  /** Of the next macroblock's 24 blocks: the levels in scanning order, and how many of each block's are not zero. */
  readonly levels: Int32Array;
  readonly counts: Uint8Array;
  readonly lumaDcLevels: Int32Array;
  readonly chromaDcLevels: readonly [Int32Array, Int32Array];
  begin(qp: number): void;
  writeIntra(mode: IntraMode, chroma: ChromaPattern, place: Place): void;
  /** @param pattern `coded_block_pattern`, chroma's part above the four bits of luma */
  writeInter(pattern: number, chroma: ChromaPattern, place: Place): void;
  /** The next macroblock stays as it is shown. */
  skip(): void;
  /** After the last macroblock of a P slice. */
  endSkipped(): void;
}

export function makeMacroblockWriter(writer: BitWriter, planes: Planes): MacroblockWriter {
  const levels = new Int32Array(24 * 16);
  const counts = new Uint8Array(24);
  const lumaDcLevels = new Int32Array(16);
  const chromaDcLevels = [new Int32Array(4), new Int32Array(4)] as const;
  let skipped = 0;
  let writtenQp = 0;

  function writeSkipped(): void {
    writer.putUnsigned(skipped);
    skipped = 0;
  }

  function writeQp(qp: number): void {
    writer.putSigned(qp - writtenQp);
    writtenQp = qp;
  }

  /** @param size 16, or 15 without the DC */
  function writeBlock(index: number, block: Block, place: Place, size: number): void {
    const plane = planes[block.plane];
    const at = countAt(plane, block, place);
    writeResidual(writer, levels, index * 16, size, around(plane, block, place));
    plane.counts[at] = counts[index];
  }

  function writeChroma(pattern: ChromaPattern, place: Place): void {
    if (pattern > 0) for (const dc of chromaDcLevels) writeResidual(writer, dc, 0, 4, chromaDc);
    if (pattern < 2) return;
    for (const [plane, blocks] of chromaBlocks.entries()) {
      for (const [index, block] of blocks.entries()) writeBlock(16 + plane * 4 + index, block, place, 15);
    }
  }

  function writeIntra(mode: IntraMode, chroma: ChromaPattern, place: Place): void {
    const isLumaCoded = counts.subarray(0, 16).some((count) => count > 0);
    if (!place.isKeyFrame) writeSkipped();
    // Table 7-11; in a P slice the five predicted kinds come first (table 7-13).
    const kind = 1 + mode + chroma * 4 + (isLumaCoded ? 12 : 0);
    writer.putUnsigned(place.isKeyFrame ? kind : kind + 5);
    writer.putUnsigned(chromaModes[mode]);
    writeQp(place.qp);
    writeResidual(writer, lumaDcLevels, 0, 16, around(planes[0], lumaBlocks[0], place));
    if (isLumaCoded) for (const [index, block] of lumaBlocks.entries()) writeBlock(index, block, place, 15);
    writeChroma(chroma, place);
  }

  function writeInter(pattern: number, chroma: ChromaPattern, place: Place): void {
    writeSkipped();
    writer.putUnsigned(0); // mb_type: P_L0_16x16
    writer.putSigned(0); // mvd_l0, across and down
    writer.putSigned(0);
    writer.putUnsigned(patternCodes[pattern]);
    writeQp(place.qp);
    for (const [index, block] of lumaBlocks.entries()) {
      if ((pattern & (1 << (index >> 2))) !== 0) writeBlock(index, block, place, 16);
    }
    writeChroma(chroma, place);
  }

  return {
    levels,
    counts,
    lumaDcLevels,
    chromaDcLevels,
    begin(qp) {
      writtenQp = qp;
      skipped = 0;
      for (const plane of planes) plane.counts.fill(0);
    },
    writeIntra,
    writeInter,
    skip() {
      skipped += 1;
    },
    endSkipped() {
      if (skipped > 0) writeSkipped();
    },
  };
}

function countAt(plane: Plane, block: Block, { column, row }: Place): number {
  const blocks = plane.edge / 4;
  return (row * blocks + block.row) * plane.countStride + column * blocks + block.column;
}

/** nC (9.2.1): the mean of the blocks to the left and above. */
function around(plane: Plane, block: Block, place: Place): number {
  const at = countAt(plane, block, place);
  const hasLeft = at % plane.countStride > 0;
  const hasAbove = at >= plane.countStride;
  const left = hasLeft ? plane.counts[at - 1] : 0;
  const above = hasAbove ? plane.counts[at - plane.countStride] : 0;
  return hasLeft && hasAbove ? (left + above + 1) >> 1 : left + above;
}
