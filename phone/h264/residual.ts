import type { BitWriter } from "./bit-writer.ts";
import {
  chromaDcTokens,
  chromaDcTotalZeros,
  type Code,
  runBefore,
  tokens,
  totalZeros,
} from "./coefficient-codes.ts";

/** For `around`: the block is the DC of chroma. */
export const chromaDc = -1;

/** Where the coefficients are that are not zero, last first. */
const places = new Uint8Array(16);

/**
 * `residual_block_cavlc` (7.3.5.3.2): `size` coefficients in scanning order from `levels[at]`.
 * @param around nC: how many coefficients the blocks to the left and above have
 */
export function writeResidual(
  writer: BitWriter,
  levels: Int32Array,
  at: number,
  size: number,
  around: number,
): void {
  let count = 0;
  for (let place = size - 1; place >= 0; place -= 1) {
    if (levels[at + place] === 0) continue;
    places[count] = place;
    count += 1;
  }
  const level = (index: number) => levels[at + places[index]];
  let ones = 0;
  while (ones < 3 && ones < count && Math.abs(level(ones)) === 1) ones += 1;

  const token = around === chromaDc ? chromaDcTokens : tokens[around];
  write(writer, token[count][ones]);
  if (count === 0) return;
  for (let index = 0; index < ones; index += 1) writer.put(level(index) < 0 ? 1 : 0, 1);

  let suffixBits = count > 10 && ones < 3 ? 1 : 0;
  for (let index = ones; index < count; index += 1) {
    const value = level(index);
    let code = value > 0 ? value * 2 - 2 : value * -2 - 1;
    // After fewer than three trailing ones the next cannot be ±1.
    if (index === ones && ones < 3) code -= 2;
    writeLevel(writer, code, suffixBits);
    if (suffixBits === 0) suffixBits = 1;
    if (suffixBits < 6 && Math.abs(value) > 3 << (suffixBits - 1)) suffixBits += 1;
  }

  let zeros = places[0] + 1 - count;
  if (count < size) write(writer, (around === chromaDc ? chromaDcTotalZeros : totalZeros)[count - 1][zeros]);
  for (let index = 0; index < count - 1 && zeros > 0; index += 1) {
    const run = places[index] - places[index + 1] - 1;
    write(writer, runBefore[Math.min(zeros, 7) - 1][run]);
    zeros -= run;
  }
}

/** 9.2.2.1, backwards. Prefixes above 15 are not for baseline; no coefficient at `finestQp` or above needs one. */
function writeLevel(writer: BitWriter, code: number, suffixBits: number): void {
  const escape = suffixBits === 0 ? 30 : 15 << suffixBits;
  if (code >= escape) {
    writer.put(1, 16);
    writer.put(code - escape, 12);
  } else if (suffixBits > 0) {
    writer.put(1, (code >> suffixBits) + 1);
    writer.put(code & ((1 << suffixBits) - 1), suffixBits);
  } else if (code >= 14) {
    writer.put(1, 15);
    writer.put(code - 14, 4);
  } else {
    writer.put(1, code + 1);
  }
}

function write(writer: BitWriter, code: Code): void {
  writer.put(code.value, code.bits);
}
