/**
 * What one output sample takes from the samples of an axis: an area filter. Edges are counted in fractions that make
 * them whole numbers, and weights are differences of rounded sums, so that they always sum up to the same.
 *
 * A sample of a picture of `from` pixels is `to` units long, and an output pixel is `from` units: both axes have
 * `from * to`. Of chroma, which has half as many samples, all lengths are twice that, and the last may stand out.
 */

/** The first sample that the output sample takes anything from. */
export function firstTap(at: i32, from: i32, to: i32, halved: i32): i32 {
  return ((at << halved) * from) / (to << halved);
}

/** One behind the last. */
export function endTap(at: i32, from: i32, to: i32, halved: i32): i32 {
  const end = min(((at + 1) << halved) * from, from * to);
  const length = to << halved;
  return (end + length - 1) / length;
}

/** Writes the weights of one output sample, i16, which sum up to `unit`; returns how many there are. */
export function writeWeights(at: i32, from: i32, to: i32, halved: i32, unit: i32, weights: usize): i32 {
  const length = to << halved;
  const start = (at << halved) * from;
  const end = min(start + (from << halved), from * to);
  const whole = end - start;
  const first = firstTap(at, from, to, halved);
  const taps = endTap(at, from, to, halved) - first;
  let before = 0;
  for (let tap = 0; tap < taps; tap++) {
    const covered = min((first + tap + 1) * length, end) - start;
    const sum = i32((i64(covered) * unit + (whole >> 1)) / whole);
    store<i16>(weights + ((<usize>tap) << 1), <i16>(sum - before));
    before = sum;
  }
  return taps;
}
