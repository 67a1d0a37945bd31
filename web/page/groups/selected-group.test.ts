import { expect, test } from "vitest";
import { selectedGroupWords } from "./selected-group.ts";

const groups = [
  { name: "shelf 1", device_ids: ["a", "b", "gone"] },
  { name: "shelf 2", device_ids: ["c"] },
];
const wordsOf = (...ids: string[]) => selectedGroupWords(new Set(ids), groups, (id) => id !== "gone");

test("a selection is a group when it is all of its known members and nothing else", () => {
  expect(wordsOf("c")).toBe("shelf 2");
  expect(wordsOf("b", "a")).toBe("shelf 1, 1 of it not known");
  expect(wordsOf("a")).toBeUndefined();
  expect(wordsOf("a", "b", "c")).toBeUndefined();
});
