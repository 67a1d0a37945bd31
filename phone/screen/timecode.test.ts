import { expect, test } from "vitest";
import { readTimecode, timecodeCells, timecodeWrapMs } from "./timecode.ts";

const seen = (cells: readonly boolean[]): number[] => cells.map((isWhite) => (isWhite ? 240 : 20));

test("a timecode is read as it was written, whole or not at all", () => {
  for (const timeMs of [0, 1, 999, 1_234_567, timecodeWrapMs - 1]) {
    for (const isTurned of [false, true]) {
      const cells = timecodeCells(timecodeWrapMs * 3 + timeMs, isTurned);
      expect(cells.length).toBeLessThanOrEqual(36);
      expect(readTimecode(seen(cells))).toEqual({ timeMs, isTurned });
      expect(readTimecode(seen(cells.with(11, cells[11] !== true)))).toBeUndefined();
    }
  }
  expect(readTimecode(Array.from({ length: 40 }, () => 0))).toBeUndefined();
});
