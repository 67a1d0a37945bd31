import { expect, it } from "vitest";
import { channels, makeSpeaker, sampleRate } from "./speaker.ts";

const block = 1024;
const blockMs = (block * 1000) / sampleRate;

function levelOf(samples: Int16Array): number {
  return Math.max(...samples.map((sample) => Math.abs(sample)));
}

it("is silent until a tone plays, and again after it", () => {
  const speaker = makeSpeaker();
  expect(levelOf(speaker.render(1000, block))).toBe(0);
  speaker.play({ frequency: 440, durationMs: 300, loudness: 1 }, 1000);
  expect(levelOf(speaker.render(900, block))).toBe(0);
  expect(levelOf(speaker.render(1020, block))).toBeGreaterThan(4000);
  expect(levelOf(speaker.render(1310, block))).toBe(0);
});

it("is the same whatever the size of the pieces it is read in", () => {
  const speaker = makeSpeaker();
  speaker.play({ frequency: 523.25, durationMs: 200, loudness: 0.5 }, 0);
  const whole = speaker.render(0, block * 2);
  const halves = [...speaker.render(0, block), ...speaker.render(blockMs, block)];
  expect(halves.every((sample, at) => Math.abs(sample - (whole[at] ?? 0)) <= 1)).toBe(true);
});

it("plays its tone at its pitch on both sides", () => {
  const speaker = makeSpeaker();
  speaker.play({ frequency: 1000, durationMs: 2000, loudness: 1 }, 0);
  const samples = speaker.render(0, sampleRate / 2);
  const left = samples.filter((_, at) => at % channels === 0);
  expect(samples.filter((_, at) => at % channels === 1)).toEqual(left);
  let rises = 0;
  for (let at = 1; at < left.length; at += 1) if ((left[at - 1] ?? 0) < 0 && (left[at] ?? 0) >= 0) rises += 1;
  expect(rises).toBeGreaterThan(490);
  expect(rises).toBeLessThan(510);
});

it("never wraps, however many tones play at once", () => {
  const speaker = makeSpeaker();
  for (let at = 0; at < 40; at += 1) speaker.play({ frequency: 440, durationMs: 1000, loudness: 1 }, 0);
  const samples = speaker.render(10, block);
  expect(levelOf(samples)).toBeLessThanOrEqual(32_768);
  for (let at = channels; at < samples.length; at += 1)
    expect(Math.abs((samples[at] ?? 0) - (samples[at - channels] ?? 0))).toBeLessThan(30_000);
});
