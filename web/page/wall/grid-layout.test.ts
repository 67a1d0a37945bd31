import { expect, test } from "vitest";
import { indexAfterKey, layColumns, placeOf, rowCount, rowsBetween } from "./grid-layout.ts";

const layout = { columns: 4, tileWidth: 100, rowStep: 210, gap: 10 };

test("as many columns as fit share the whole width", () => {
  expect(layColumns(430, 100, 10)).toEqual({ columns: 4, tileWidth: 100 });
  expect(layColumns(429, 100, 10)).toMatchObject({ columns: 3 });
  expect(layColumns(60, 100, 10)).toEqual({ columns: 1, tileWidth: 60 });
});

test("each tile has its place, and the last row may be short", () => {
  expect(rowCount(9, layout)).toBe(3);
  expect(placeOf(0, layout)).toEqual({ left: 0, top: 0 });
  expect(placeOf(6, layout)).toEqual({ left: 220, top: 210 });
});

test("[V7] a row is in view as long as something of it is, and a gap is nothing", () => {
  expect(rowsBetween(0, 400, 100, layout)).toEqual({ first: 0, last: 1 });
  expect(rowsBetween(199, 400, 100, layout)).toEqual({ first: 0, last: 2 });
  expect(rowsBetween(200, 400, 100, layout)).toEqual({ first: 1, last: 2 });
  expect(rowsBetween(0, 4000, 3, layout)).toEqual({ first: 0, last: 2 });
  expect(rowsBetween(0, 0, 3, layout)).toEqual({ first: 0, last: -1 });
});

test("keys go from tile to tile and stop at the ends", () => {
  const after = (key: string, index: number) => indexAfterKey(key, index, 10, layout, 3);
  expect(["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"].map((key) => after(key, 5))).toEqual([
    6, 4, 9, 1,
  ]);
  expect(["Home", "End", "PageDown", "PageUp"].map((key) => after(key, 5))).toEqual([0, 9, 9, 0]);
  expect(after("ArrowLeft", 0)).toBe(0);
  expect(after("Enter", 5)).toBeUndefined();
});
