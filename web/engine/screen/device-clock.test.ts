import { expect, test } from "vitest";
import { makeDeviceClock } from "./device-clock.ts";

const second = 1_000_000;

test("[M23] when a picture was captured is told by the quickest way from the display to here", () => {
  const clock = makeDeviceClock();
  expect(clock.toMs(5 * second)).toBe(0);
  expect(clock.learn(1 * second, 501_040)).toBe(0);
  expect(clock.learn(2 * second, 502_010)).toBe(0);
  expect(clock.learn(3 * second, 503_200)).toBe(190);
  expect(clock.toMs(3 * second)).toBe(503_010);
});

test("[M23] a quick arrival is forgotten after a minute, so a clock that drifts is followed", () => {
  const clock = makeDeviceClock();
  clock.learn(0, 100_000);
  for (let passed = 1; passed <= 120; passed += 1) clock.learn(passed * second, 100_050 + passed * 1000);
  expect(clock.toMs(120 * second)).toBe(220_050);
});
