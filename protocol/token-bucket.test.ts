import { describe, expect, test } from "vitest";
import { makeTokenBucket } from "./token-bucket.ts";

describe("a token bucket", () => {
  test("gives a burst, then its rate, and never more than a burst after a rest", () => {
    const bucket = makeTokenBucket({ perSecond: 10, burst: 3 });
    const taken = (nowMs: number, tries: number) =>
      Array.from({ length: tries }, () => bucket.take(nowMs)).filter(Boolean).length;
    expect(taken(1000, 5)).toBe(3);
    expect(taken(1099, 1)).toBe(0);
    expect(taken(1100, 2)).toBe(1);
    expect(taken(60_000, 9)).toBe(3);
  });

  test("takes several or none", () => {
    const bucket = makeTokenBucket({ perSecond: 1, burst: 5 });
    expect(bucket.take(0, 6)).toBe(false);
    expect(bucket.take(0, 4)).toBe(true);
    expect(bucket.take(0, 2)).toBe(false);
    expect(bucket.take(0, 1)).toBe(true);
  });

  test("says when so many will be there, and keeps its word", () => {
    const bucket = makeTokenBucket({ perSecond: 1 / 3, burst: 2 });
    expect(bucket.readyAtMs(0, 2)).toBe(0);
    bucket.take(0, 2);
    expect(bucket.readyAtMs(500, 1)).toBe(3000);
    expect(bucket.take(2999)).toBe(false);
    expect(bucket.take(3000)).toBe(true);
  });

  test("is neither emptied nor filled by a clock that is set back", () => {
    const bucket = makeTokenBucket({ perSecond: 1, burst: 2 });
    bucket.take(100_000);
    expect(bucket.isFull(0)).toBe(false);
    expect(bucket.take(0)).toBe(true);
    expect(bucket.take(500)).toBe(false);
    expect(bucket.isFull(2000)).toBe(true);
  });
});
