import type { BitWriter } from "./bit-writer.ts";
import { type Block, chromaBlocks, lumaBlocks } from "./macroblock.ts";
import {
  chromaModes,
  type IntraMode,
  lumaDistance,
  makeMacroblock,
  type Plane,
  type Planes,
  possibleModes,
  predictIntra,
  predictSame,
} from "./planes.ts";
import { chromaDc, writeResidual } from "./residual.ts";
import {
  chromaQpOf,
  hadamard,
  hadamard2,
  inverseTransform,
  quantize,
  quantizeDc,
  type Quantizer,
  quantizers,
  transform,
} from "./transform.ts";

/** 64ths of a step that are rounded up: a third within a picture, a sixth between pictures. */
const intraRounding = 21;
const interRounding = 11;

/** `coded_block_pattern` of a predicted macroblock to its code (table 9-4, the column for Inter). */
const interPatterns = [
  0, 16, 1, 2, 4, 8, 32, 3, 5, 10, 12, 15, 47, 7, 11, 13, 14, 6, 9, 31, 35, 37, 42, 44, 33, 34, 36, 40, 39,
  43, 45, 46, 17, 18, 20, 24, 19, 21, 26, 28, 23, 27, 29, 30, 22, 25, 38, 41,
];
const patternCodes = interPatterns.map((_, pattern) => interPatterns.indexOf(pattern));

/** Codes the macroblocks of one slice, in order, and brings `planes` to what a decoder then shows. */
export interface MacroblockCoder {
  /** The macroblock to be coded next. */
  readonly source: Uint8Array;
  begin(qp: number): void;
  /** The next macroblock stays as it is shown. */
  skip(): void;
  code(place: Place): void;
  /** After the last macroblock of a P slice. */
  endSkipped(): void;
}

interface Place {
  column: number;
  row: number;
  qp: number;
  isKeyFrame: boolean;
}

export function makeMacroblockCoder(writer: BitWriter, planes: Planes): MacroblockCoder {
  const source = makeMacroblock();
  let prediction = makeMacroblock();
  let candidate = makeMacroblock();
  /** Of the 24 blocks: the coefficients, the levels as they are written, and how many of those are not zero. */
  const coefficients = new Int32Array(24 * 16);
  const levels = new Int32Array(24 * 16);
  const counts = new Uint8Array(24);
  const lumaDc = new Int32Array(16);
  const lumaDcLevels = new Int32Array(16);
  const chromaDcs = [new Int32Array(4), new Int32Array(4)];
  const chromaDcLevels = [new Int32Array(4), new Int32Array(4)];
  let skipped = 0;
  let writtenQp = 0;

  /** The nearest prediction; undefined: as it is shown already. */
  function predict({ column, row, isKeyFrame }: Place): IntraMode | undefined {
    let best: IntraMode | undefined;
    let distance = Infinity;
    if (!isKeyFrame) {
      predictSame(prediction, planes, column, row);
      distance = lumaDistance(source, prediction);
    }
    for (const mode of possibleModes(column, row)) {
      predictIntra(candidate, planes, { column, row, mode, only: "luma" });
      const other = lumaDistance(source, candidate);
      if (other >= distance) continue;
      distance = other;
      best = mode;
      [prediction, candidate] = [candidate, prediction];
    }
    if (best !== undefined) predictIntra(prediction, planes, { column, row, mode: best, only: "chroma" });
    return best;
  }

  function transformAll(): void {
    for (const [first, blocks] of parts) {
      for (let index = 0; index < blocks.length; index += 1) {
        const { at, stride } = blocks[index];
        const to = (first + index) * 16;
        for (let y = 0; y < 4; y += 1) {
          for (let x = 0; x < 4; x += 1) {
            const from = at + y * stride + x;
            coefficients[to + y * 4 + x] = source[from] - prediction[from];
          }
        }
        transform(coefficients, to);
      }
    }
  }

  function quantizeLuma(quantizer: Quantizer, isIntra: boolean): void {
    const rounding = isIntra ? intraRounding : interRounding;
    const from = isIntra ? 1 : 0;
    for (let index = 0; index < 16; index += 1) {
      const { row, column } = lumaBlocks[index];
      if (isIntra) lumaDc[row * 4 + column] = coefficients[index * 16];
      counts[index] = quantize(coefficients, index * 16, levels, index * 16, { from, rounding, quantizer });
    }
    if (!isIntra) return;
    hadamard(lumaDc);
    quantizeDc(lumaDc, lumaDcLevels, { gainBits: 2, rounding, quantizer });
    hadamard(lumaDc);
    for (let index = 0; index < 16; index += 1) {
      const { row, column } = lumaBlocks[index];
      coefficients[index * 16] = (lumaDc[row * 4 + column] * quantizer.scales[0]) >> 2;
    }
  }

  /** @returns the chroma's part of `coded_block_pattern`: 0 nothing, 1 only DC, 2 all */
  function quantizeChroma(quantizer: Quantizer, isIntra: boolean): 0 | 1 | 2 {
    const rounding = isIntra ? intraRounding : interRounding;
    let dcCount = 0;
    let acCount = 0;
    for (let plane = 0; plane < 2; plane += 1) {
      const first = 16 + plane * 4;
      const dc = chromaDcs[plane];
      for (let index = 0; index < 4; index += 1) {
        const at = (first + index) * 16;
        dc[index] = coefficients[at];
        counts[first + index] = quantize(coefficients, at, levels, at, { from: 1, rounding, quantizer });
        acCount += counts[first + index];
      }
      hadamard2(dc);
      dcCount += quantizeDc(dc, chromaDcLevels[plane], { gainBits: 1, rounding, quantizer });
      hadamard2(dc);
      for (let index = 0; index < 4; index += 1) {
        coefficients[(first + index) * 16] = (dc[index] * quantizer.scales[0]) >> 1;
      }
    }
    if (acCount > 0) return 2;
    return dcCount > 0 ? 1 : 0;
  }

  /** Prediction and difference together are what is shown. */
  function show(column: number, row: number): void {
    for (const [first, blocks] of parts) {
      for (let index = 0; index < blocks.length; index += 1) {
        const block = blocks[index];
        const { samples, stride, edge } = planes[block.plane];
        const from = (first + index) * 16;
        const isSame = counts[first + index] === 0 && coefficients[from] === 0;
        if (!isSame) inverseTransform(coefficients, from);
        const to = (row * edge + block.row * 4) * stride + column * edge + block.column * 4;
        for (let y = 0; y < 4; y += 1) {
          for (let x = 0; x < 4; x += 1) {
            const predicted = prediction[block.at + y * block.stride + x];
            const value = isSame ? predicted : predicted + ((coefficients[from + y * 4 + x] + 32) >> 6);
            samples[to + y * stride + x] = value < 0 ? 0 : value > 255 ? 255 : value;
          }
        }
      }
    }
  }

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

  function writeChroma(pattern: 0 | 1 | 2, place: Place): void {
    if (pattern > 0) for (const dc of chromaDcLevels) writeResidual(writer, dc, 0, 4, chromaDc);
    if (pattern < 2) return;
    for (const [plane, blocks] of chromaBlocks.entries()) {
      for (const [index, block] of blocks.entries()) writeBlock(16 + plane * 4 + index, block, place, 15);
    }
  }

  function writeIntra(mode: IntraMode, chroma: 0 | 1 | 2, place: Place): void {
    const isLumaCoded = counts.subarray(0, 16).some((count) => count > 0);
    // Table 7-11; in a P slice the five predicted kinds come first (table 7-13).
    const kind = 1 + mode + chroma * 4 + (isLumaCoded ? 12 : 0);
    writer.putUnsigned(place.isKeyFrame ? kind : kind + 5);
    writer.putUnsigned(chromaModes[mode]);
    writeQp(place.qp);
    writeResidual(writer, lumaDcLevels, 0, 16, around(planes[0], lumaBlocks[0], place));
    if (isLumaCoded) for (const [index, block] of lumaBlocks.entries()) writeBlock(index, block, place, 15);
    writeChroma(chroma, place);
  }

  function writeInter(pattern: number, chroma: 0 | 1 | 2, place: Place): void {
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
    source,
    begin(qp) {
      writtenQp = qp;
      skipped = 0;
      for (const plane of planes) plane.counts.fill(0);
    },
    skip() {
      skipped += 1;
    },
    code(place) {
      const { column, row, qp, isKeyFrame } = place;
      const mode = predict(place);
      const isIntra = mode !== undefined;
      transformAll();
      quantizeLuma(quantizers[qp], isIntra);
      const chroma = quantizeChroma(quantizers[chromaQpOf(qp)], isIntra);
      if (isIntra) {
        if (!isKeyFrame) writeSkipped();
        writeIntra(mode, chroma, place);
      } else {
        const pattern = lumaPattern(counts) | (chroma << 4);
        if (pattern === 0) {
          skipped += 1;
          return;
        }
        writeSkipped();
        writeInter(pattern, chroma, place);
      }
      show(column, row);
    },
    endSkipped() {
      if (skipped > 0) writeSkipped();
    },
  };
}

const parts: readonly (readonly [number, readonly Block[]])[] = [
  [0, lumaBlocks],
  [16, chromaBlocks[0]],
  [20, chromaBlocks[1]],
];

/** A bit for each quarter that has coefficients. */
function lumaPattern(counts: Uint8Array): number {
  let pattern = 0;
  for (let index = 0; index < 16; index += 1) if (counts[index] > 0) pattern |= 1 << (index >> 2);
  return pattern;
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
