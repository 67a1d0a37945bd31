import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { zipFiles } from "./zip-files.ts";

const atMs = Date.parse("2026-11-24T22:40:00.000Z");
const text = new TextEncoder();
const file = (name: string, content: string | Uint8Array<ArrayBuffer>) => ({
  name,
  data: new Blob([content]),
  atMs,
});

async function unzipped(zip: Blob): Promise<Record<string, Uint8Array>> {
  return unzipSync(new Uint8Array(await zip.arrayBuffer()));
}

test("every file comes out of the zip as it went in", async () => {
  const large = new Uint8Array(2_500_000).map((_, index) => index * 7);
  const zip = await zipFiles([file("a.png", "first"), file("empty.png", ""), file("b.png", large)]);
  const { "b.png": b, ...others } = await unzipped(zip);
  expect(others).toEqual({ "a.png": text.encode("first"), "empty.png": new Uint8Array(0) });
  expect(Buffer.compare(b ?? new Uint8Array(0), large)).toBe(0);
});

test("files of one name are all there", async () => {
  const zip = await zipFiles([
    file("a.png", "1"),
    file("a.png", "2"),
    file("a-2.png", "3"),
    file("a.png", "4"),
  ]);
  expect(await unzipped(zip)).toEqual({
    "a.png": text.encode("1"),
    "a-2.png": text.encode("2"),
    "a-2-2.png": text.encode("3"),
    "a-3.png": text.encode("4"),
  });
});

test("how far it is told after each file", async () => {
  const told: number[][] = [];
  const zip = await zipFiles([file("a.png", "12345"), file("b.png", "12345")], (count, bytes) =>
    told.push([count, bytes]),
  );
  expect(told.map(([count]) => count)).toEqual([1, 2]);
  expect(told[0]?.[1]).toBeGreaterThan(5);
  expect(zip.size).toBeGreaterThan(told[1]?.[1] ?? Infinity);
});
