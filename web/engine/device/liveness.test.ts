import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { watchLiveness } from "./liveness.ts";
import { answerOf, makeFakeLink, type FakeLink } from "./testing/fake-link.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch(link: FakeLink, isAndroid = true) {
  const said: (number | undefined)[] = [];
  const slow: (string | undefined)[] = [];
  const stop = new AbortController();
  const watched = { end: undefined as string | undefined };
  void watchLiveness({
    link,
    isAndroid,
    onAnswer: (level) => void said.push(level),
    onSlow: (detail) => void slow.push(detail),
    signal: stop.signal,
  }).then((detail) => (watched.end = detail));
  return { said, slow, stop, watched };
}

test("the battery is read at once and then every 15 s", async () => {
  const link = makeFakeLink();
  const { said, stop } = watch(link);
  await vi.advanceTimersByTimeAsync(31_000);
  expect(said).toEqual([50, 50, 50]);
  stop.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toHaveLength(3);
});

test("where no Android is, the shell itself is asked", async () => {
  const link = makeFakeLink();
  watch(link, false);
  await vi.advanceTimersByTimeAsync(0);
  expect(link.lines).toEqual(["echo"]);
});

describe("[L2] a device that answers late", () => {
  test("is slow from the third second on, and not dead", async () => {
    const link = makeFakeLink({ answerMs: 6000 });
    const { slow, said, watched } = watch(link);
    await vi.advanceTimersByTimeAsync(2900);
    expect(slow).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(slow).toEqual(["no answer for 3 s"]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(slow.at(-1)).toBe("answered after 6.0 s");
    expect(said).toEqual([50]);
    expect(watched.end).toBeUndefined();
  });

  test("is not slow any more after one answer in time, a few seconds later", async () => {
    const link = makeFakeLink({ answerMs: 6000 });
    const { slow } = watch(link);
    await vi.advanceTimersByTimeAsync(6100);
    link.answerMs = 0;
    await vi.advanceTimersByTimeAsync(5000);
    expect(slow.at(-1)).toBeUndefined();
    expect(slow).toHaveLength(3);
  });

  test("may take 19 s each time", async () => {
    const { watched, said } = watch(makeFakeLink({ answerMs: 19_000 }));
    await vi.advanceTimersByTimeAsync(100_000);
    expect(watched.end).toBeUndefined();
    expect(said.length).toBeGreaterThanOrEqual(4);
  });

  test("is not dead while it sends other data", async () => {
    const link = makeFakeLink({ isHung: true });
    const { slow, watched } = watch(link);
    await vi.advanceTimersByTimeAsync(19_000);
    link.heardMs = performance.now();
    await vi.advanceTimersByTimeAsync(2000);
    expect(slow.at(-1)).toContain("sends data");
    expect(watched.end).toBeUndefined();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(watched.end).toContain("no answer for 20 s");
  });
});

describe("[L3] a device that does not answer", () => {
  test("is asked twice, and given up after 20 s", async () => {
    const link = makeFakeLink({ isHung: true });
    const { watched } = watch(link);
    await vi.advanceTimersByTimeAsync(19_900);
    expect(watched.end).toBeUndefined();
    expect(link.lines).toEqual(["dumpsys battery", "dumpsys battery"]);
    await vi.advanceTimersByTimeAsync(200);
    expect(watched.end).toBe("no answer for 20 s, though asked twice");
  });

  test("is also one whose adbd runs and whose Android hangs, as dumpsys says by itself", async () => {
    const link = makeFakeLink();
    const overdue = "\n*** SERVICE 'battery' DUMP TIMEOUT (10000ms) EXPIRED ***\n\n";
    link.shell = async () => {
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      return answerOf(overdue);
    };
    const { watched } = watch(link);
    await vi.advanceTimersByTimeAsync(20_100);
    expect(watched.end).toContain("no answer");
  });

  test("is not one that says it has no shell to give", async () => {
    const link = makeFakeLink();
    link.shell = () => Promise.reject(new Error("Socket open failed"));
    const { watched, slow, said } = watch(link);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(watched.end).toBeUndefined();
    expect(slow.every((detail) => detail === undefined)).toBe(true);
    expect(said).toEqual([]);
  });
});
