import { describe, expect, test } from "vitest";
import { isLargerThan } from "./payload-size.ts";

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}

describe("the weight of a payload", () => {
  test.each([
    ["text", "x".repeat(1001)],
    ["bytes", new Uint8Array(1001)],
    ["a buffer", { frame: new ArrayBuffer(1001) }],
    ["many keys", Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, 1]))],
    ["one long key", { ["k".repeat(1001)]: null }],
    ["a long array of nothing", Array.from({ length: 501 }, () => null)],
    ["deep nesting", nested(100_000)],
    ["much in many places", { a: ["x".repeat(400)], b: { c: ["x".repeat(400), new Uint8Array(400)] } }],
  ])("counts %s", (_, payload) => {
    expect(isLargerThan(1000, payload)).toBe(true);
  });

  test.each([undefined, null, 7, "x".repeat(998), nested(240), { frame: new Uint8Array(980) }])(
    "lets pass what is within",
    (payload) => {
      expect(isLargerThan(1000, payload)).toBe(false);
    },
  );
});
