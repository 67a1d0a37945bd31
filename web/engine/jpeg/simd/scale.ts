import { endTap, firstTap, writeWeights } from "./axis";
import { rowWeights } from "./memory-map";

/** Scaled samples are i16 and 128 times an 8-bit one. */
const verticalUnit = 256;
const horizontalUnit = 16384;

/** Scales a plane of bytes vertically to its row `at`, and writes `columns` samples, up to 15 more. */
export function scaleColumns(
  plane: usize,
  stride: i32,
  columns: i32,
  at: i32,
  from: i32,
  to: i32,
  halved: i32,
  into: usize,
): void {
  const taps = writeWeights(at, from, to, halved, verticalUnit, rowWeights);
  const first = plane + <usize>(firstTap(at, from, to, halved) * stride);
  const weightsEnd = rowWeights + ((<usize>taps) << 1);
  for (let column = 0; column < columns; column += 16) {
    let from8 = first + <usize>column;
    let low = i16x8.splat(0);
    let high = i16x8.splat(0);
    for (let weight = rowWeights; weight < weightsEnd; weight += 2) {
      const factor = v128.load_splat<i16>(weight);
      const bytes = v128.load(from8);
      low = i16x8.add(low, i16x8.mul(i16x8.extend_low_i8x16_u(bytes), factor));
      high = i16x8.add(high, i16x8.mul(i16x8.extend_high_i8x16_u(bytes), factor));
      from8 += <usize>stride;
    }
    // The sums are 256 times an 8-bit sample, and unsigned.
    const target = into + ((<usize>column) << 1);
    v128.store(target, i16x8.shr_u(low, 1));
    v128.store(target, i16x8.shr_u(high, 1), 16);
  }
}

/**
 * Lays out the horizontal taps of an axis for `padded` output samples, of which those behind the last repeat it; returns
 * how many taps each has: 0 when there is nothing to scale, 4, or a multiple of 8.
 */
export function layOutTaps(
  samples: i32,
  padded: i32,
  from: i32,
  to: i32,
  halved: i32,
  starts: usize,
  weights: usize,
): i32 {
  if (from == to) return 0;
  let most = 1;
  for (let at = 0; at < samples; at++) {
    most = max(most, endTap(at, from, to, halved) - firstTap(at, from, to, halved));
  }
  const taps = most <= 4 ? 4 : (most + 7) & ~7;
  const tapBytes = (<usize>taps) << 1;
  memory.fill(weights, 0, <usize>padded * tapBytes);
  for (let at = 0; at < padded; at++) {
    const same = min(at, samples - 1);
    store<i32>(starts + ((<usize>at) << 2), firstTap(same, from, to, halved) << 1);
    writeWeights(same, from, to, halved, horizontalUnit, weights + <usize>at * tapBytes);
  }
  return taps;
}

/** Scales a row of i16 horizontally by taps that were laid out; `padded` is a multiple of 8. */
export function scaleRow(
  row: usize,
  padded: i32,
  taps: i32,
  starts: usize,
  weights: usize,
  into: usize,
): void {
  const end = into + ((<usize>padded) << 1);
  while (into < end) {
    let low: v128, high: v128;
    if (taps == 4) {
      low = fourOfFour(row, starts, weights);
      high = fourOfFour(row, starts + 16, weights + 32);
      weights += 64;
    } else {
      low = fourOfMany(row, taps, starts, weights);
      weights += (<usize>taps) << 3;
      high = fourOfMany(row, taps, starts + 16, weights);
      weights += (<usize>taps) << 3;
    }
    const half = i32x4.splat(8192);
    low = i32x4.shr_s(i32x4.add(low, half), 14);
    high = i32x4.shr_s(i32x4.add(high, half), 14);
    v128.store(into, i16x8.narrow_i32x4_s(low, high));
    starts += 32;
    into += 16;
  }
}

/** Four output samples of four taps each. */
function fourOfFour(row: usize, starts: usize, weights: usize): v128 {
  let first = v128.load64_zero(row + <usize>load<i32>(starts));
  first = v128.load64_lane(row + <usize>load<i32>(starts, 4), first, 1);
  let second = v128.load64_zero(row + <usize>load<i32>(starts, 8));
  second = v128.load64_lane(row + <usize>load<i32>(starts, 12), second, 1);
  first = i32x4.dot_i16x8_s(first, v128.load(weights));
  second = i32x4.dot_i16x8_s(second, v128.load(weights, 16));
  return i32x4.add(
    v128.shuffle<i32>(first, second, 0, 2, 4, 6),
    v128.shuffle<i32>(first, second, 1, 3, 5, 7),
  );
}

/** Four output samples of any multiple of eight taps each. */
function fourOfMany(row: usize, taps: i32, starts: usize, weights: usize): v128 {
  const tapBytes = (<usize>taps) << 1;
  const first = sumOf(row + <usize>load<i32>(starts), tapBytes, weights);
  const second = sumOf(row + <usize>load<i32>(starts, 4), tapBytes, weights + tapBytes);
  const third = sumOf(row + <usize>load<i32>(starts, 8), tapBytes, weights + tapBytes * 2);
  const fourth = sumOf(row + <usize>load<i32>(starts, 12), tapBytes, weights + tapBytes * 3);
  const early = i32x4.add(
    v128.shuffle<i32>(first, second, 0, 4, 1, 5),
    v128.shuffle<i32>(first, second, 2, 6, 3, 7),
  );
  const late = i32x4.add(
    v128.shuffle<i32>(third, fourth, 0, 4, 1, 5),
    v128.shuffle<i32>(third, fourth, 2, 6, 3, 7),
  );
  return i32x4.add(v128.shuffle<i32>(early, late, 0, 1, 4, 5), v128.shuffle<i32>(early, late, 2, 3, 6, 7));
}

/** Four parts of the sum of one output sample. */
function sumOf(samples: usize, tapBytes: usize, weights: usize): v128 {
  let sum = i32x4.dot_i16x8_s(v128.load(samples), v128.load(weights));
  for (let at: usize = 16; at < tapBytes; at += 16) {
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(samples + at), v128.load(weights + at)));
  }
  return sum;
}

/** Separates Cb and Cr of an interleaved row, `samples` of each, up to 7 more. */
export function deinterleave(row: usize, samples: i32, cb: usize, cr: usize): void {
  for (let at: usize = 0; at < (<usize>samples) << 1; at += 16) {
    const first = v128.load(row + at * 2);
    const second = v128.load(row + at * 2, 16);
    v128.store(cb + at, v128.shuffle<i16>(first, second, 0, 2, 4, 6, 8, 10, 12, 14));
    v128.store(cr + at, v128.shuffle<i16>(first, second, 1, 3, 5, 7, 9, 11, 13, 15));
  }
}

/** Repeats the last of `samples` up to `padded`. */
export function padRow(row: usize, samples: i32, padded: i32): void {
  const last = load<i16>(row + ((<usize>(samples - 1)) << 1));
  for (let at = samples; at < padded; at++) store<i16>(row + ((<usize>at) << 1), last);
}
