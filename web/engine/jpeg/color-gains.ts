/** How samples of a picture mean colours: what a `VideoFrame`'s `colorSpace` says of it. */
export interface PlanesColor {
  matrix: "bt601" | "bt709" | "bt2020";
  isFullRange: boolean;
}

/** What red and blue weigh in luma. */
const weights = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
  bt2020: { red: 0.2627, blue: 0.0593 },
} as const;

/**
 * What takes samples to those of a JPEG, which are BT.601 and full range, as `simd/color.ts` wants it. Both ends are linear,
 * so each gain is what becomes of one unit of one sample.
 */
export function colorGains({ matrix, isFullRange }: PlanesColor): Int16Array {
  const { red, blue } = weights[matrix];
  const green = 1 - red - blue;
  const lumaGain = isFullRange ? 1 : 255 / 219;
  const chromaGain = isFullRange ? 1 : 255 / 224;
  const ofLuma = jpegOf(1, 1, 1);
  const ofCb = jpegOf(0, -(2 * (1 - blue) * blue) / green, 2 * (1 - blue));
  const ofCr = jpegOf(2 * (1 - red), -(2 * (1 - red) * red) / green, 0);
  return Int16Array.of(
    digits(ofLuma.y * lumaGain),
    Math.round(((isFullRange ? 0 : 16 * lumaGain) + 128) * 64),
    digits(ofCb.y * chromaGain),
    digits(ofCr.y * chromaGain),
    digits(ofCb.cb * chromaGain),
    digits(ofCr.cb * chromaGain),
    digits(ofCb.cr * chromaGain),
    digits(ofCr.cr * chromaGain),
  );
}

function jpegOf(red: number, green: number, blue: number): { y: number; cb: number; cr: number } {
  const y = 0.299 * red + 0.587 * green + 0.114 * blue;
  return { y, cb: (blue - y) / 1.772, cr: (red - y) / 1.402 };
}

function digits(gain: number): number {
  return Math.round(gain * 16384);
}
