import { describe, expect, test } from "vitest";
import { isCostlyJson, mostJsonLevels, mostJsonValues } from "./json-cost.ts";

function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}

describe("[T9] JSON that would take long to parse", () => {
  test.each([
    ["deep arrays", nested(mostJsonLevels + 1)],
    ["deep objects", '{"a":'.repeat(mostJsonLevels + 1)],
    ["many values", `[${"0,".repeat(mostJsonValues)}0]`],
    ["many empty arrays, one after another", "[]".repeat(mostJsonValues)],
    ["depth behind a string that ends with a backslash", `["\\\\",${nested(mostJsonLevels)}]`],
  ])("is known by %s", (_, text) => {
    expect(isCostlyJson(text)).toBe(true);
  });

  test.each([
    ["a picture", JSON.stringify({ base64: "x".repeat(1_000_000) })],
    ["brackets and quotes in a text", JSON.stringify(`"${nested(3000)}",\\`.repeat(100))],
    ["ten thousand ids", JSON.stringify(Array.from({ length: 10_000 }, () => crypto.randomUUID()))],
    ["allowed depth", nested(mostJsonLevels)],
    ["a string without an end", `"${"[".repeat(3000)}`],
  ])("is not %s", (_, text) => {
    expect(isCostlyJson(text)).toBe(false);
  });
});
