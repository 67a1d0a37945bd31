import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileJpegSimd, jpegSimdPath } from "../../build/jpeg-simd.ts";

test("the committed WebAssembly is what its source compiles to: npm run build:jpeg", async () => {
  expect(Buffer.from(await compileJpegSimd()).equals(readFileSync(jpegSimdPath))).toBe(true);
});
