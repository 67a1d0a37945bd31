import { coarsestQp, finestQp } from "./transform.ts";

/** Spends a bit rate: says how coarse each macroblock has to be. */
export interface Rate {
  /** False: so much is owed that the picture has to be left out; a key frame never is. */
  allows(picture: { timestampUs: number; isKeyFrame: boolean }): boolean;
  /** @param count how many of the picture's macroblocks will be coded */
  begin(isKeyFrame: boolean, count: number): void;
  /** QP of the next row. @param bits spent on the picture so far, for `done` of its macroblocks */
  next(bits: number, done: number): number;
  end(bits: number): void;
}

/** A screen that stood still may spend what it saved, up to a second of it. */
const longestSavingSeconds = 1;
/** What may be owed, in pictures of the steady rate. */
const mostOwedPictures = 4;
/** How much of the savings one picture may take. */
const keyFrameShare = 0.6;
const share = 0.25;
/** A macroblock of a screen takes about 100 bits at QP 26. */
const firstEffort = 100 * 2 ** (26 / 6);
const largestStep = 2;

/**
 * Six more QP halve the bits, so a macroblock takes `effort` × 2^(−QP / 6). The effort is learned all the time, and the
 * QP is what makes the macroblocks that are left fit into the bits that are left.
 */
export function makeRate(bitsPerSecond: number, framesPerSecond: number): Rate {
  const bitsPerPicture = bitsPerSecond / framesPerSecond;
  let savings = bitsPerSecond * longestSavingSeconds;
  let effort = firstEffort;
  let lastTimestampUs: number | undefined;
  let budget = 0;
  let count = 0;
  let qp = 26;
  /** Of the macroblocks coded, the sum of 2^(−QP / 6). */
  let fineness = 0;
  let doneBefore = 0;

  return {
    allows({ timestampUs, isKeyFrame }) {
      const seconds = (timestampUs - (lastTimestampUs ?? timestampUs)) / 1e6;
      lastTimestampUs = timestampUs;
      savings = Math.min(savings + bitsPerSecond * seconds, bitsPerSecond * longestSavingSeconds);
      return isKeyFrame || savings > -mostOwedPictures * bitsPerPicture;
    },
    begin(isKeyFrame, ofCount) {
      budget = Math.max(savings * (isKeyFrame ? keyFrameShare : share), bitsPerPicture / 2);
      count = ofCount;
      fineness = 0;
      doneBefore = 0;
      qp = 0;
    },
    next(bits, done) {
      if (qp > 0) fineness += (done - doneBefore) * 2 ** (-qp / 6);
      doneBefore = done;
      // What this picture showed counts as much as what was known before, once a tenth of it is done.
      const weight = Math.min(1, (done / Math.max(count, 1)) * 5);
      const learned = fineness > 0 ? effort + (bits / fineness - effort) * weight : effort;
      const left = Math.max(budget - bits, budget / 20);
      const wanted = 6 * Math.log2((learned * Math.max(count - done, 1)) / left);
      const fitting = Math.round(Math.min(Math.max(wanted, finestQp), coarsestQp));
      qp = qp === 0 ? fitting : Math.min(Math.max(fitting, qp - largestStep), qp + largestStep);
      return qp;
    },
    end(bits) {
      if (fineness > 0 && count > 0) effort += (bits / fineness - effort) * Math.min(0.5, count / 100);
      savings -= bits;
    },
  };
}
