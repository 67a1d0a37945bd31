import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TimeLimitError } from "../time-limit.ts";
import { probeBattery } from "./battery-probe.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the battery is read at once and then every 45 s", async () => {
  const levels: number[] = [];
  let level = 80;
  const stop = new AbortController();
  const shell = async () => ({
    stdout: `  level: ${(level -= 1)}\n  scale: 100\n`,
    stderr: "",
    exit_code: 0,
  });
  void probeBattery({ shell }, (each) => void levels.push(each), stop.signal);
  await vi.advanceTimersByTimeAsync(91_000);
  expect(levels).toEqual([79, 78, 77]);
  stop.abort();
  await vi.advanceTimersByTimeAsync(91_000);
  expect(levels).toHaveLength(3);
});

test("one unanswered read is forgiven, two in a row are the end of the link", async () => {
  const answers = ["late", "good", "late", "late"];
  let end: string | undefined;
  const shell = async () => {
    if (answers.shift() === "late") throw new TimeLimitError("late");
    return { stdout: "level: 50", stderr: "", exit_code: 0 };
  };
  void probeBattery({ shell }, () => undefined, new AbortController().signal).then(
    (detail) => (end = detail),
  );
  await vi.advanceTimersByTimeAsync(10_000);
  expect(end).toBeUndefined();
  await vi.advanceTimersByTimeAsync(40_000);
  expect(end).toContain("does not answer");
});
