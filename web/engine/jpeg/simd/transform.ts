import { block, quantisers, reciprocalTableBytes, reciprocals } from "./memory-map";

/**
 * The forward DCT of Arai, Agui and Nakajima, 16 bits wide: 8 rows at once, then 8 columns. Samples are twice an 8-bit
 * one; no sum can leave 16 bits then. Coefficients come out scaled by 16 times the AAN factors of row and column, which
 * quantisation takes away, and transposed: the coefficient of row v and column u lies at `u * 8 + v`.
 */

/** 1 and cos(kπ/16) √2. */
function aanFactor(at: i32): f64 {
  return load<f64>(factors + ((<usize>at) << 3));
}
const factors = memory.data<f64>([
  1, 1.387039845322148, 1.306562964876377, 1.1758756024193588, 1, 0.7856949583871022, 0.541196100146197,
  0.2758993792829431,
]);

/** Lays out what coefficients are multiplied by, from the host's quantisers. */
export function layOutReciprocals(): void {
  for (let table: usize = 0; table < 2; table++) {
    for (let column = 0; column < 8; column++) {
      for (let row = 0; row < 8; row++) {
        const quantiser = load<u8>(quantisers + table * 64 + <usize>(row * 8 + column));
        const divisor = f64(quantiser) * 16 * aanFactor(row) * aanFactor(column);
        // Two factors, one precise and one a power of two: small reciprocals would have few digits.
        let reciprocal = 32768 / divisor;
        let shift = 32768;
        while (reciprocal < 16383 && shift > 1) {
          reciprocal *= 2;
          shift >>= 1;
        }
        const at = reciprocals + table * reciprocalTableBytes + <usize>(column * 32 + row * 2);
        store<i16>(at, <i16>nearest(reciprocal));
        store<i16>(at, <i16>min(shift, 32767), 16);
      }
    }
  }
}

/** Transforms and quantises 8 rows of 8 samples into the block; returns 64 flags, which of them are not 0. */
export function transform(samples: usize, stride: usize, table: usize): u64 {
  let r0 = v128.load(samples);
  let r1 = v128.load(samples + stride);
  let r2 = v128.load(samples + stride * 2);
  let r3 = v128.load(samples + stride * 3);
  let r4 = v128.load(samples + stride * 4);
  let r5 = v128.load(samples + stride * 5);
  let r6 = v128.load(samples + stride * 6);
  let r7 = v128.load(samples + stride * 7);

  for (let pass = 0; ; pass++) {
    const s0 = i16x8.add(r0, r7);
    const s7 = i16x8.sub(r0, r7);
    const s1 = i16x8.add(r1, r6);
    const s6 = i16x8.sub(r1, r6);
    const s2 = i16x8.add(r2, r5);
    const s5 = i16x8.sub(r2, r5);
    const s3 = i16x8.add(r3, r4);
    const s4 = i16x8.sub(r3, r4);

    const e0 = i16x8.add(s0, s3);
    const e3 = i16x8.sub(s0, s3);
    const e1 = i16x8.add(s1, s2);
    const e2 = i16x8.sub(s1, s2);
    r0 = i16x8.add(e0, e1);
    r4 = i16x8.sub(e0, e1);
    const z1 = i16x8.q15mulr_sat_s(i16x8.add(e2, e3), i16x8.splat(23170));
    r2 = i16x8.add(e3, z1);
    r6 = i16x8.sub(e3, z1);

    const o0 = i16x8.add(s4, s5);
    const o1 = i16x8.add(s5, s6);
    const o2 = i16x8.add(s6, s7);
    const z5 = i16x8.q15mulr_sat_s(i16x8.sub(o0, o2), i16x8.splat(12540));
    const z2 = i16x8.add(i16x8.q15mulr_sat_s(o0, i16x8.splat(17734)), z5);
    // 1.306563 is more than a factor can be.
    const z4 = i16x8.add(i16x8.add(i16x8.q15mulr_sat_s(o2, i16x8.splat(10045)), o2), z5);
    const z3 = i16x8.q15mulr_sat_s(o1, i16x8.splat(23170));
    const z11 = i16x8.add(s7, z3);
    const z13 = i16x8.sub(s7, z3);
    r5 = i16x8.add(z13, z2);
    r3 = i16x8.sub(z13, z2);
    r1 = i16x8.add(z11, z4);
    r7 = i16x8.sub(z11, z4);
    if (pass == 1) break;

    const a0 = v128.shuffle<i16>(r0, r1, 0, 8, 1, 9, 2, 10, 3, 11);
    const a1 = v128.shuffle<i16>(r0, r1, 4, 12, 5, 13, 6, 14, 7, 15);
    const a2 = v128.shuffle<i16>(r2, r3, 0, 8, 1, 9, 2, 10, 3, 11);
    const a3 = v128.shuffle<i16>(r2, r3, 4, 12, 5, 13, 6, 14, 7, 15);
    const a4 = v128.shuffle<i16>(r4, r5, 0, 8, 1, 9, 2, 10, 3, 11);
    const a5 = v128.shuffle<i16>(r4, r5, 4, 12, 5, 13, 6, 14, 7, 15);
    const a6 = v128.shuffle<i16>(r6, r7, 0, 8, 1, 9, 2, 10, 3, 11);
    const a7 = v128.shuffle<i16>(r6, r7, 4, 12, 5, 13, 6, 14, 7, 15);
    const b0 = v128.shuffle<i32>(a0, a2, 0, 4, 1, 5);
    const b1 = v128.shuffle<i32>(a0, a2, 2, 6, 3, 7);
    const b2 = v128.shuffle<i32>(a1, a3, 0, 4, 1, 5);
    const b3 = v128.shuffle<i32>(a1, a3, 2, 6, 3, 7);
    const b4 = v128.shuffle<i32>(a4, a6, 0, 4, 1, 5);
    const b5 = v128.shuffle<i32>(a4, a6, 2, 6, 3, 7);
    const b6 = v128.shuffle<i32>(a5, a7, 0, 4, 1, 5);
    const b7 = v128.shuffle<i32>(a5, a7, 2, 6, 3, 7);
    r0 = v128.shuffle<i64>(b0, b4, 0, 2);
    r1 = v128.shuffle<i64>(b0, b4, 1, 3);
    r2 = v128.shuffle<i64>(b1, b5, 0, 2);
    r3 = v128.shuffle<i64>(b1, b5, 1, 3);
    r4 = v128.shuffle<i64>(b2, b6, 0, 2);
    r5 = v128.shuffle<i64>(b2, b6, 1, 3);
    r6 = v128.shuffle<i64>(b3, b7, 0, 2);
    r7 = v128.shuffle<i64>(b3, b7, 1, 3);
  }

  const first = pair(quantise(r0, table, 0), quantise(r1, table, 1), 0);
  const second = pair(quantise(r2, table, 2), quantise(r3, table, 3), 2);
  const third = pair(quantise(r4, table, 4), quantise(r5, table, 5), 4);
  const fourth = pair(quantise(r6, table, 6), quantise(r7, table, 7), 6);
  return first | (second << 16) | (third << 32) | (fourth << 48);
}

function quantise(coefficients: v128, table: usize, column: usize): v128 {
  const at = table + column * 32;
  return i16x8.q15mulr_sat_s(i16x8.q15mulr_sat_s(coefficients, v128.load(at)), v128.load(at, 16));
}

/** Keeps two columns, and flags what of them is not 0. */
function pair(one: v128, other: v128, column: usize): u64 {
  v128.store(block + column * 16, one);
  v128.store(block + column * 16, other, 16);
  const zero = i16x8.splat(0);
  return <u64>(~i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.eq(one, zero), i16x8.eq(other, zero))) & 0xffff);
}
