import { expect, test } from "vitest";
import { makeSoundBuffer } from "./sound-buffer.ts";

/** 20 ms of a rising line, so that order and gaps are seen. */
let next = 1;
function piece() {
  const left = Float32Array.from({ length: 960 }, (_, at) => next + at);
  next += 960;
  return { left, right: left.map((sample) => -sample) };
}

function pull(buffer: ReturnType<typeof makeSoundBuffer>, samples = 128) {
  const left = new Float32Array(samples);
  const right = new Float32Array(samples);
  buffer.pull(left, right);
  return { left, right };
}

test("[Q9] sound begins when 60 ms are there, and then comes in its order, both ears", () => {
  next = 1;
  const buffer = makeSoundBuffer();
  buffer.push(piece());
  buffer.push(piece());
  expect(pull(buffer).left.every((sample) => sample === 0)).toBe(true);
  buffer.push(piece());
  pull(buffer, 480);
  const { left, right } = pull(buffer, 480);
  expect(left[0]).toBe(481);
  expect(left[479]).toBe(960);
  expect(right[0]).toBe(-481);
});

test("[Q9] what piled up behind a hiccup is cut, so that sound never lags by more than 180 ms at first", () => {
  next = 1;
  const buffer = makeSoundBuffer();
  for (let n = 0; n < 3; n += 1) buffer.push(piece());
  pull(buffer);
  for (let n = 0; n < 40; n += 1) {
    buffer.push(piece());
    expect(buffer.delayMs()).toBeLessThanOrEqual(180);
  }
  const { left } = pull(buffer, 960);
  expect(left[0]).toBeLessThan(next);
  expect(left[900]).toBe((left[899] ?? 0) + 1);
});

test("[Q9] sound that ran dry is silent until there is a little more in hand than before", () => {
  const buffer = makeSoundBuffer();
  for (let n = 0; n < 3; n += 1) buffer.push(piece());
  pull(buffer, 2880);
  expect(pull(buffer).left[0]).toBe(0);
  for (let n = 0; n < 3; n += 1) buffer.push(piece());
  expect(pull(buffer).left.some((sample) => sample !== 0)).toBe(false);
  buffer.push(piece());
  expect(pull(buffer).left.some((sample) => sample !== 0)).toBe(true);
});

test("[Q9] nobody pulling costs a second of memory and no more", () => {
  const buffer = makeSoundBuffer();
  for (let n = 0; n < 500; n += 1) buffer.push(piece());
  expect(buffer.delayMs()).toBeLessThanOrEqual(1000);
});
