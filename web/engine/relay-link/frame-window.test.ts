import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeFrameWindow } from "./frame-window.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("frames on their way", () => {
  test("are at most two a device, and free the wire when they are answered", () => {
    const onFree = vi.fn<() => void>();
    const frames = makeFrameWindow(onFree);
    const answer = frames.open("a", 1000);
    expect(frames.isFree("a")).toBe(true);
    frames.open("a", 1000);
    expect(frames.isFree("a")).toBe(false);
    expect(frames.isFree("b")).toBe(true);
    answer();
    answer();
    expect(onFree).toHaveBeenCalledTimes(1);
    expect(frames.isFree("a")).toBe(true);
  });

  test("are at most a megabyte in all", () => {
    const frames = makeFrameWindow(() => undefined);
    for (const device of ["a", "b", "c"]) frames.open(device, 400_000);
    expect(frames.isFree("d")).toBe(false);
  });

  test("count as arrived after a while: soon with a relay that never answers, late with one that does", () => {
    const frames = makeFrameWindow(() => undefined);
    frames.open("a", 1);
    frames.open("a", 1);
    vi.advanceTimersByTime(250);
    expect(frames.isFree("a")).toBe(true);
    frames.open("b", 1)();
    frames.open("a", 1);
    frames.open("a", 1);
    vi.advanceTimersByTime(4000);
    expect(frames.isFree("a")).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(frames.isFree("a")).toBe(true);
  });

  test("are forgotten with their connection, and a late answer then counts for nothing", () => {
    const onFree = vi.fn<() => void>();
    const frames = makeFrameWindow(onFree);
    const late = frames.open("a", 1);
    frames.open("a", 1);
    frames.reset();
    frames.open("a", 1);
    late();
    frames.open("a", 1);
    expect(frames.isFree("a")).toBe(false);
    expect(onFree).not.toHaveBeenCalled();
  });
});
