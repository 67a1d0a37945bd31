import { playedSampleRate, type PlayedSound } from "../../../protocol/sound.ts";

const perMs = playedSampleRate / 1000;
const capacity = 1000 * perMs;
/** Pieces are 20 ms long and come through USB and two networks. */
const leastTarget = 60 * perMs;
const mostTarget = 200 * perMs;
/** More than this above the target has piled up behind a hiccup, and would stay behind the picture for ever. */
const slack = 120 * perMs;
const targetStep = 20 * perMs;
/** Without a dry moment for so long, a little less is tried. */
const calm = 20_000 * perMs;
/** What follows a cut or a pause is faded in, so that it does not click. */
const fadeSamples = 240;

/** Evens out how sound comes, and keeps it close to the picture: it begins when there is enough, and cuts what piles up. */
export interface SoundBuffer {
  push(sound: PlayedSound): void;
  /** Fills both with what is next, or with silence. */
  pull(left: Float32Array, right: Float32Array): void;
  /** Milliseconds between what is pushed and what is pulled. */
  delayMs(): number;
}

export function makeSoundBuffer(): SoundBuffer {
  const left = new Float32Array(capacity);
  const right = new Float32Array(capacity);
  let readAt = 0;
  let held = 0;
  let target = leastTarget;
  let isPlaying = false;
  let faded = 0;
  let calmFor = 0;

  function skip(samples: number): void {
    readAt = (readAt + samples) % capacity;
    held -= samples;
    faded = 0;
  }

  return {
    push(sound) {
      const length = Math.min(sound.left.length, capacity);
      if (held + length > capacity) skip(held + length - capacity);
      const writeAt = (readAt + held) % capacity;
      const first = Math.min(length, capacity - writeAt);
      left.set(sound.left.subarray(0, first), writeAt);
      right.set(sound.right.subarray(0, first), writeAt);
      left.set(sound.left.subarray(first, length), 0);
      right.set(sound.right.subarray(first, length), 0);
      held += length;
      if (isPlaying && held > target + slack) skip(held - target);
    },
    pull(toLeft, toRight) {
      const wanted = toLeft.length;
      if (!isPlaying && held >= target) {
        isPlaying = true;
        faded = 0;
      }
      if (isPlaying && held < wanted) {
        // It ran dry: with a little more in hand it will not so soon.
        isPlaying = false;
        target = Math.min(target + targetStep, mostTarget);
        calmFor = 0;
      }
      if (!isPlaying) {
        toLeft.fill(0);
        toRight.fill(0);
        return;
      }
      for (let at = 0; at < wanted; at += 1) {
        const gain = faded < fadeSamples ? (faded += 1) / fadeSamples : 1;
        const from = (readAt + at) % capacity;
        toLeft[at] = (left[from] ?? 0) * gain;
        toRight[at] = (right[from] ?? 0) * gain;
      }
      readAt = (readAt + wanted) % capacity;
      held -= wanted;
      calmFor += wanted;
      if (calmFor < calm) return;
      calmFor = 0;
      target = Math.max(target - targetStep, leastTarget);
    },
    delayMs: () => held / perMs,
  };
}
