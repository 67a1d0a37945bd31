import type { Size } from "../display.ts";

/** Table A-1 of H.264: level × 10, most macroblocks a second, most macroblocks a picture. */
const levels = [
  [10, 1_485, 99],
  [20, 11_880, 396],
  [30, 40_500, 1_620],
  [31, 108_000, 3_600],
  [32, 216_000, 5_120],
  [40, 245_760, 8_192],
  [42, 522_240, 8_704],
  [50, 589_824, 22_080],
  [51, 983_040, 36_864],
  [52, 2_073_600, 36_864],
] as const;

/** Lowest H.264 level, × 10, that allows such pictures at such a rate; 5.2 when none does. */
export function chooseLevel(size: Size, framesPerSecond: number): number {
  const across = Math.ceil(size.width / 16);
  const down = Math.ceil(size.height / 16);
  const fits = levels.find(([, perSecond, perPicture]) => {
    // A.3.1: no edge is longer than the root of 8 times the macroblocks of a picture.
    const longest = Math.sqrt(8 * perPicture);
    return (
      across * down <= perPicture &&
      across * down * framesPerSecond <= perSecond &&
      Math.max(across, down) <= longest
    );
  });
  return fits?.[0] ?? 52;
}
