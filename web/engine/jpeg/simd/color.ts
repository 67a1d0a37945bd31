import { colorGains } from "./memory-map";

/**
 * From the picture's matrix and range to JPEG's: BT.601, full range. The gains are i16 in units of 1/16384, but the second:
 *
 *  0 luma of luma      1 what to take off luma then, in units of 1/64
 *  2 luma of Cb        3 luma of Cr
 *  4 Cb of Cb          5 Cb of Cr
 *  6 Cr of Cb          7 Cr of Cr
 *
 * Samples come as 128 times an 8-bit one and leave as what the transform takes: twice an 8-bit one, around 0.
 */
const gain = (at: usize): v128 => v128.load_splat<i16>(colorGains + at * 2);

/** The middle of chroma, 128, as it comes. */
const middle: i16 = 128 * 128;

export function convertLuma(row: usize, padded: i32): void {
  const ofLuma = gain(0);
  const off = gain(1);
  const end = row + ((<usize>padded) << 1);
  for (let at = row; at < end; at += 16) {
    v128.store(at, leave(i16x8.sub(i16x8.q15mulr_sat_s(v128.load(at), ofLuma), off)));
  }
}

/** As `convertLuma`, adding what `shiftLuma` made of the chroma of the same place. */
export function convertShiftedLuma(row: usize, shift: usize, padded: i32): void {
  const ofLuma = gain(0);
  const off = gain(1);
  for (let at: usize = 0; at < (<usize>padded) << 1; at += 32) {
    const shifts = v128.load(shift + (at >> 1));
    const left = v128.shuffle<i16>(shifts, shifts, 0, 0, 1, 1, 2, 2, 3, 3);
    const right = v128.shuffle<i16>(shifts, shifts, 4, 4, 5, 5, 6, 6, 7, 7);
    const first = i16x8.sub(i16x8.q15mulr_sat_s(v128.load(row + at), ofLuma), off);
    const second = i16x8.sub(i16x8.q15mulr_sat_s(v128.load(row + at, 16), ofLuma), off);
    v128.store(row + at, leave(i16x8.add_sat_s(first, left)));
    v128.store(row + at, leave(i16x8.add_sat_s(second, right)), 16);
  }
}

/** What rows of chroma add to luma. */
export function shiftLuma(cb: usize, cr: usize, shift: usize, padded: i32): void {
  mix(cb, cr, gain(2), gain(3), shift, padded);
}

export function convertChroma(cb: usize, cr: usize, padded: i32): void {
  const ofMiddle = i16x8.splat(middle);
  for (let at: usize = 0; at < (<usize>padded) << 1; at += 16) {
    const blue = i16x8.sub(v128.load(cb + at), ofMiddle);
    const red = i16x8.sub(v128.load(cr + at), ofMiddle);
    v128.store(cb + at, leave(weigh(blue, red, gain(4), gain(5))));
    v128.store(cr + at, leave(weigh(blue, red, gain(6), gain(7))));
  }
}

function mix(cb: usize, cr: usize, ofCb: v128, ofCr: v128, into: usize, padded: i32): void {
  const ofMiddle = i16x8.splat(middle);
  for (let at: usize = 0; at < (<usize>padded) << 1; at += 16) {
    const blue = i16x8.sub(v128.load(cb + at), ofMiddle);
    const red = i16x8.sub(v128.load(cr + at), ofMiddle);
    v128.store(into + at, weigh(blue, red, ofCb, ofCr));
  }
}

function weigh(blue: v128, red: v128, ofBlue: v128, ofRed: v128): v128 {
  return i16x8.add_sat_s(i16x8.q15mulr_sat_s(blue, ofBlue), i16x8.q15mulr_sat_s(red, ofRed));
}

/** From 64 times to twice an 8-bit sample, and no more than there is. */
function leave(samples: v128): v128 {
  const rounded = i16x8.shr_s(i16x8.add_sat_s(samples, i16x8.splat(16)), 5);
  return i16x8.max_s(i16x8.min_s(rounded, i16x8.splat(254)), i16x8.splat(-256));
}
