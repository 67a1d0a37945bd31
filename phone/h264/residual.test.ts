import { expect, it } from "vitest";
import { makeBitWriter } from "./bit-writer.ts";
import { chromaDc, writeResidual } from "./residual.ts";

/** The bits of a block, without start code, header and stop bit. */
function bitsOf(levels: number[], around: number): string {
  const writer = makeBitWriter();
  writeResidual(writer, Int32Array.from(levels), 0, levels.length, around);
  const { length } = writer;
  const payload = writer.takeNalUnit(0).subarray(5);
  return Array.from(payload, (byte) => byte.toString(2).padStart(8, "0"))
    .join("")
    .slice(0, length);
}

it("codes the block of the textbook: five coefficients, three trailing ones", () => {
  const levels = [0, 3, 0, 1, -1, -1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
  expect(bitsOf(levels, 0)).toBe(
    [
      "0000100", // coeff_token: 5 coefficients, 3 trailing ones, nC 0
      "0",
      "1",
      "1", // signs of the ones: +1, -1, -1, last first
      "1", // level +1
      "0010", // level +3, one bit of suffix
      "111", // total_zeros 3
      "10",
      "1",
      "1",
      "01", // run_before 1, 0, 0, 1
    ].join(""),
  );
});

it("codes a block without coefficients by what is around it", () => {
  const none = Array.from({ length: 16 }, () => 0);
  expect([0, 2, 4, 8].map((around) => bitsOf(none, around))).toEqual(["1", "11", "1111", "000011"]);
  expect(bitsOf([0, 0, 0, 0], chromaDc)).toBe("01");
});

it("escapes levels that are too large for their suffix", () => {
  expect(bitsOf([20, 0, 0, 0], chromaDc)).toBe(
    [
      "000111", // coeff_token: 1 coefficient, no trailing one
      `${"0".repeat(15)}1`, // level_prefix 15
      "000000000110", // 2 × 20 − 2, less 2 as no trailing one precedes it, less 30
      "1", // total_zeros 0
    ].join(""),
  );
  expect(bitsOf([-9, 0, 0, 0], chromaDc)).toBe(["000111", `${"0".repeat(14)}1`, "0001", "1"].join(""));
});
