import { expect, it } from "vitest";
import { makeRecordingContext } from "./recording-context.ts";
import { wrapText } from "./wrap-text.ts";

const wrap = (text: string, letters: number) =>
  wrapText(makeRecordingContext().context, text, letters * 8).map((line) => line.text);

it("breaks after a space where it can, and inside a word where it must", () => {
  expect(wrap("one two three", 8)).toEqual(["one two ", "three"]);
  expect(wrap("abcdefgh", 3)).toEqual(["abc", "def", "gh"]);
});

it("keeps the writer's own lines, also the empty last one", () => {
  expect(wrap("a\n\nb\n", 10)).toEqual(["a", "", "b", ""]);
});

it("never parts a character", () => {
  expect(wrap("👩‍👩‍👧👩‍👩‍👧", 8)).toEqual(["👩‍👩‍👧", "👩‍👩‍👧"]);
});
