import { expect, test } from "vitest";
import { fileNameOf } from "./file-name.ts";

test("a file has a name that every file system takes, with the letters of every language", () => {
  const atMs = Date.parse("2026-11-23T04:20:00.000Z");
  expect(fileNameOf("Pixel 8 a/b:c", atMs, "png")).toBe("Pixel-8-a-b-c_20261123-042000.png");
  expect(fileNameOf("갤럭시 S24", atMs, "mp4")).toBe("갤럭시-S24_20261123-042000.mp4");
});
