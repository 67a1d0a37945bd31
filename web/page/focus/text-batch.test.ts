import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeTextBatch } from "./text-batch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("what is typed within 150 ms is one text", () => {
  const sent: string[] = [];
  const batch = makeTextBatch((text) => sent.push(text));
  batch.add("안");
  vi.advanceTimersByTime(100);
  batch.add("녕 🙂");
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(50);
  expect(sent).toEqual(["안녕 🙂"]);
});

test("steady typing is not held back", () => {
  const sent: string[] = [];
  const batch = makeTextBatch((text) => sent.push(text));
  for (const letter of "abcdef") {
    batch.add(letter);
    vi.advanceTimersByTime(60);
  }
  vi.advanceTimersByTime(150);
  expect(sent).toEqual(["abc", "def"]);
});

test("a flush sends at once, and nothing twice", () => {
  const sent: string[] = [];
  const batch = makeTextBatch((text) => sent.push(text));
  batch.add("a");
  batch.flush();
  batch.flush();
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual(["a"]);
});
