import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startStillMark } from "./still-mark.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("[M31] a still screen is said to be still every two seconds, and only when there is nothing else to say", () => {
  const mark = vi.fn<() => void>();
  let isSettled = true;
  const still = startStillMark({ isSettled: () => isSettled, mark });
  vi.advanceTimersByTime(6000);
  expect(mark).toHaveBeenCalledTimes(3);
  for (let count = 0; count < 10; count += 1) {
    vi.advanceTimersByTime(1900);
    still.sent();
  }
  expect(mark).toHaveBeenCalledTimes(3);
  isSettled = false;
  vi.advanceTimersByTime(10_000);
  expect(mark).toHaveBeenCalledTimes(3);
  isSettled = true;
  vi.advanceTimersByTime(2000);
  expect(mark).toHaveBeenCalledTimes(4);
  still.stop();
  vi.advanceTimersByTime(60_000);
  expect(mark).toHaveBeenCalledTimes(4);
});
