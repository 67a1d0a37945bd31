import { convertChroma, convertLuma, convertShiftedLuma, shiftLuma } from "./color";
import { beginScan, codeBlock, endScan, layOutZigzag, scanned } from "./entropy";
import {
  cbStrip,
  chromaStarts,
  chromaWeights,
  codes,
  codeTableBytes,
  colorGains,
  crStrip,
  lumaShiftStrip,
  lumaStarts,
  lumaStrip,
  lumaWeights,
  planes,
  quantisers,
  reciprocals,
  reciprocalTableBytes,
  row,
  rowOfCb,
  rowOfCr,
  scan,
  scanCapacity,
} from "./memory-map";
import { deinterleave, layOutTaps, padRow, scaleColumns, scaleRow } from "./scale";
import { layOutReciprocals, transform } from "./transform";

/** The host's addresses. */
export { codes, colorGains, layOutReciprocals, planes, quantisers, scan };

layOutZigzag();

/** The most that six blocks can take: 64 coefficients of 26 bits each, and every byte followed by a 0. */
const unitBytes = 6 * 64 * 4 * 2;

/** Makes room for planes of so many bytes; false when the browser gives none. */
export function makeRoom(planeBytes: i32): bool {
  // What is read behind the last row.
  const pages = <i32>((planes + <usize>planeBytes + 64 + 0xffff) >> 16);
  const missing = pages - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/**
 * Scales the planes to the layer and codes them, one strip of 16 rows after another; returns the bytes of the scan, or 0
 * when it would be larger than there is room for. `step` is 1 for planes of Cb and Cr, and 2 where both are in one, with
 * `cr` one behind `cb`.
 */
export function encodeScan(
  luma: usize,
  lumaStride: i32,
  cb: usize,
  cr: usize,
  chromaStride: i32,
  step: i32,
  width: i32,
  height: i32,
  layerWidth: i32,
  layerHeight: i32,
): i32 {
  const units = (layerWidth + 15) >> 4;
  const padded = units << 4;
  const chromaWidth = (layerWidth + 1) >> 1;
  const chromaHeight = (layerHeight + 1) >> 1;
  const chromaColumns = (width + 1) >> 1;
  const lumaTaps = layOutTaps(layerWidth, padded, width, layerWidth, 0, lumaStarts, lumaWeights);
  const chromaTaps = layOutTaps(chromaWidth, padded >> 1, width, layerWidth, 1, chromaStarts, chromaWeights);
  const isLumaShifted = load<i16>(colorGains, 4) != 0 || load<i16>(colorGains, 6) != 0;
  const lumaBytes = (<usize>padded) << 1;
  const chromaBytes = <usize>padded;

  beginScan();
  let lastLuma = 0;
  let lastCb = 0;
  let lastCr = 0;
  for (let top = 0; top < layerHeight; top += 16) {
    for (let line = 0; line < 8; line++) {
      const at = min((top >> 1) + line, chromaHeight - 1);
      const blue = cbStrip + <usize>line * chromaBytes;
      const red = crStrip + <usize>line * chromaBytes;
      if (step == 2) {
        scaleColumns(cb, chromaStride, chromaColumns << 1, at, height, layerHeight, 1, row);
        deinterleave(row, chromaColumns, rowOfCb, rowOfCr);
      } else {
        scaleColumns(cb, chromaStride, chromaColumns, at, height, layerHeight, 1, rowOfCb);
        scaleColumns(cr, chromaStride, chromaColumns, at, height, layerHeight, 1, rowOfCr);
      }
      finishRow(rowOfCb, chromaWidth, padded >> 1, chromaTaps, chromaStarts, chromaWeights, blue);
      finishRow(rowOfCr, chromaWidth, padded >> 1, chromaTaps, chromaStarts, chromaWeights, red);
      if (isLumaShifted) shiftLuma(blue, red, lumaShiftStrip + <usize>line * chromaBytes, padded >> 1);
      convertChroma(blue, red, padded >> 1);
    }
    for (let line = 0; line < 16; line++) {
      const at = min(top + line, layerHeight - 1);
      const into = lumaStrip + <usize>line * lumaBytes;
      scaleColumns(luma, lumaStride, width, at, height, layerHeight, 0, row);
      finishRow(row, layerWidth, padded, lumaTaps, lumaStarts, lumaWeights, into);
      if (isLumaShifted) {
        convertShiftedLuma(into, lumaShiftStrip + <usize>(line >> 1) * chromaBytes, padded);
      } else convertLuma(into, padded);
    }

    for (let unit = 0; unit < units; unit++) {
      if (scanned() > scanCapacity - unitBytes) return 0;
      const left = lumaStrip + ((<usize>unit) << 5);
      const below = left + lumaBytes * 8;
      lastLuma = codeLuma(left, lumaBytes, lastLuma);
      lastLuma = codeLuma(left + 16, lumaBytes, lastLuma);
      lastLuma = codeLuma(below, lumaBytes, lastLuma);
      lastLuma = codeLuma(below + 16, lumaBytes, lastLuma);
      lastCb = codeChroma(cbStrip + ((<usize>unit) << 4), chromaBytes, lastCb);
      lastCr = codeChroma(crStrip + ((<usize>unit) << 4), chromaBytes, lastCr);
    }
  }
  return endScan();
}

function finishRow(
  from: usize,
  samples: i32,
  padded: i32,
  taps: i32,
  starts: usize,
  weights: usize,
  into: usize,
): void {
  if (taps != 0) {
    scaleRow(from, padded, taps, starts, weights, into);
    return;
  }
  memory.copy(into, from, (<usize>samples) << 1);
  padRow(into, samples, padded);
}

function codeLuma(samples: usize, stride: usize, lastDc: i32): i32 {
  return codeBlock(transform(samples, stride, reciprocals), lastDc, codes, codes + codeTableBytes);
}

function codeChroma(samples: usize, stride: usize, lastDc: i32): i32 {
  const flags = transform(samples, stride, reciprocals + reciprocalTableBytes);
  return codeBlock(flags, lastDc, codes + codeTableBytes * 2, codes + codeTableBytes * 3);
}
