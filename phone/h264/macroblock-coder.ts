import { type Block, chromaBlocks, lumaBlocks } from "./macroblock.ts";
import type { ChromaPattern, MacroblockWriter, Place } from "./macroblock-writer.ts";
import {
  type IntraMode,
  lumaDistance,
  makeMacroblock,
  type Planes,
  possibleModes,
  predictIntra,
  predictSame,
} from "./planes.ts";
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

/** Codes macroblocks, in order, and brings `planes` to what a decoder then shows. */
export interface MacroblockCoder {
  /** The macroblock to be coded next. */
  readonly source: Uint8Array;
  code(place: Place): void;
}

export function makeMacroblockCoder(writer: MacroblockWriter, planes: Planes): MacroblockCoder {
  const source = makeMacroblock();
  let prediction = makeMacroblock();
  let candidate = makeMacroblock();
  const { levels, counts, lumaDcLevels, chromaDcLevels } = writer;
  const coefficients = new Int32Array(24 * 16);
  const lumaDc = new Int32Array(16);
  const chromaDcs = [new Int32Array(4), new Int32Array(4)];

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

  function quantizeChroma(quantizer: Quantizer, isIntra: boolean): ChromaPattern {
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

  return {
    source,
    code(place) {
      const { column, row, qp } = place;
      const mode = predict(place);
      const isIntra = mode !== undefined;
      transformAll();
      quantizeLuma(quantizers[qp], isIntra);
      const chroma = quantizeChroma(quantizers[chromaQpOf(qp)], isIntra);
      if (isIntra) {
        writer.writeIntra(mode, chroma, place);
      } else {
        const pattern = lumaPattern(counts) | (chroma << 4);
        if (pattern === 0) {
          writer.skip();
          return;
        }
        writer.writeInter(pattern, chroma, place);
      }
      show(column, row);
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
