import { expect, test } from "vitest";
import { extendedTo, keptTo, noSelection, toggled, withAll } from "./selection.ts";

const shown = ["a", "b", "c", "d", "e"];

test("a click selects and takes back", () => {
  const one = toggled(noSelection, "b");
  expect([...one.ids]).toEqual(["b"]);
  expect([...toggled(one, "b").ids]).toEqual([]);
});

test("shift adds the range from the last click, in the order shown, both ways", () => {
  const from = toggled(noSelection, "d");
  expect([...extendedTo(from, "b", shown).ids].sort()).toEqual(["b", "c", "d"]);
  expect([...extendedTo(from, "e", shown).ids].sort()).toEqual(["d", "e"]);
  const twice = extendedTo(extendedTo(from, "e", shown), "c", shown);
  expect([...twice.ids].sort()).toEqual(["c", "d", "e"]);
});

test("shift without a shown anchor selects only what is clicked", () => {
  expect([...extendedTo(noSelection, "c", shown).ids]).toEqual(["c"]);
  expect([...extendedTo(toggled(noSelection, "hidden"), "c", shown).ids].sort()).toEqual(["c", "hidden"]);
});

test("select all adds what is shown and keeps what is not", () => {
  expect([...withAll(toggled(noSelection, "hidden"), ["a", "b"]).ids].sort()).toEqual(["a", "b", "hidden"]);
});

test("a forgotten device is not selected any more", () => {
  const all = withAll(noSelection, shown);
  expect([...keptTo(all, (id) => id !== "c").ids]).toEqual(["a", "b", "d", "e"]);
  expect(keptTo(all, () => true)).toBe(all);
});
