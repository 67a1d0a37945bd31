import { createRoot, createSignal } from "solid-js";
import { afterEach, expect, test, vi } from "vitest";
import { createPaced } from "./paced.ts";

afterEach(() => void vi.useRealTimers());

test("what changes often is followed now and then, and to the end", () => {
  vi.useFakeTimers();
  createRoot((dispose) => {
    const [source, setSource] = createSignal(0);
    const paced = createPaced(source, () => 100);
    setSource(1);
    expect(paced()).toBe(1);
    setSource(2);
    setSource(3);
    expect(paced()).toBe(1);
    vi.advanceTimersByTime(100);
    expect(paced()).toBe(3);
    vi.advanceTimersByTime(100);
    setSource(4);
    expect(paced()).toBe(4);
    dispose();
  });
});
