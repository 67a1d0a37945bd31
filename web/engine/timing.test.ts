import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { backoffMs } from "./backoff.ts";
import { pause } from "./pause.ts";
import { makeRateMeter } from "./rate-meter.ts";
import { startReporter } from "./report/reporter.ts";
import { withTimeLimit } from "./time-limit.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("waits double up to the longest", () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 1000].map((attempt) =>
    backoffMs({ firstMs: 1000, maxMs: 30_000 }, attempt),
  );
  expect(waits).toEqual([1000, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test("work that takes too long is given up by name", async () => {
  const limited = withTimeLimit("the tap", 5000, new Promise(() => undefined)).catch(String);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await limited).toContain("the tap took longer than 5 s");
  expect(await withTimeLimit("the tap", 5000, Promise.resolve(7))).toBe(7);
  expect(vi.getTimerCount()).toBe(0);
});

test("a pause ends early when it is aborted", async () => {
  const stop = new AbortController();
  const ended = vi.fn<() => void>();
  void pause(60_000, stop.signal).then(ended);
  await vi.advanceTimersByTimeAsync(1000);
  expect(ended).not.toHaveBeenCalled();
  stop.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test("a rate is that of the last three seconds", () => {
  const meter = makeRateMeter();
  for (let frame = 0; frame < 30; frame += 1) {
    meter.add(1000);
    vi.advanceTimersByTime(200);
  }
  expect(meter.read().framesPerSecond).toBeCloseTo(5, 0);
  expect(meter.read().bytesPerSecond).toBeCloseTo(4667, -3);
  vi.advanceTimersByTime(3000);
  expect(meter.read()).toEqual({ framesPerSecond: 0, bytesPerSecond: 0 });
});

describe("the page", () => {
  test("is told of a change soon, at most four times a second, and once a second otherwise", () => {
    const report = vi.fn<() => void>();
    const reporter = startReporter(report);
    reporter.soon();
    vi.advanceTimersByTime(0);
    expect(report).toHaveBeenCalledTimes(1);
    for (let passedMs = 0; passedMs < 1000; passedMs += 10) {
      reporter.soon();
      vi.advanceTimersByTime(10);
    }
    expect(report.mock.calls.length).toBeLessThanOrEqual(5);
    report.mockClear();
    vi.advanceTimersByTime(10_000);
    expect(report.mock.calls.length).toBeGreaterThanOrEqual(9);
    vi.advanceTimersByTime(100);
    vi.setSystemTime(Date.now() - 3_600_000);
    report.mockClear();
    vi.advanceTimersByTime(10_000);
    expect(report.mock.calls.length, "after the clock was set back").toBeGreaterThanOrEqual(9);
    reporter.stop();
    report.mockClear();
    reporter.soon();
    vi.advanceTimersByTime(10_000);
    expect(report).not.toHaveBeenCalled();
  });
});
