import { expect, test } from "vitest";
import { makeQuantiles } from "./quantiles.ts";

test("a quantile is at most a tenth off, whatever the size", () => {
  const quantiles = makeQuantiles();
  for (const scale of [1, 100, 100_000]) {
    for (let count = 1; count <= 1000; count += 1) quantiles.add((count / 1000) * scale);
    for (const share of [0.05, 0.5, 0.95]) {
      const error = (quantiles.quantile(share) ?? 0) / (share * scale);
      expect(error).toBeGreaterThan(0.95);
      expect(error).toBeLessThan(1.1);
    }
    quantiles.reset();
  }
});

test("nothing is known of nothing, and what took no time, or longer than any, is counted", () => {
  const quantiles = makeQuantiles();
  expect(quantiles.quantile(0.5)).toBeUndefined();
  for (const odd of [-1, 0, Number.NaN]) quantiles.add(odd);
  expect(quantiles.quantile(0.95)).toBe(0.01);
  for (let count = 0; count < 10; count += 1) quantiles.add(Number.POSITIVE_INFINITY);
  expect(quantiles.quantile(0.95)).toBeGreaterThan(500_000);
  quantiles.reset();
  expect(quantiles.quantile(0.5)).toBeUndefined();
});
