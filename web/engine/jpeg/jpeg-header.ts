import type { Size } from "../../../protocol/fields.ts";
import { huffmanTables, zigzag } from "./standard-tables.ts";

/**
 * All of a baseline JPEG before its scan: SOI, JFIF, the tables, a frame of Y, Cb and Cr with 4:2:0, the head of the scan.
 * What comes after is the scan and `endOfImage`.
 */
export function jpegHeader({ width, height }: Size, quantisers: Uint8Array): Uint8Array {
  const inZigzag = (table: number): number[] => zigzag.map((at) => quantisers[table * 64 + at] ?? 1);
  const components = [
    // Each has an id, its sampling along both axes, and its table of quantisers.
    [1, 0x22, 0],
    [2, 0x11, 1],
    [3, 0x11, 1],
  ];
  return Uint8Array.from(
    [
      startOfImage,
      // JFIF 1.1 without a density.
      segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
      segment(0xdb, [0, ...inZigzag(0)]),
      segment(0xdb, [1, ...inZigzag(1)]),
      segment(0xc0, [8, ...short(height), ...short(width), components.length, ...components.flat()]),
      ...huffmanTables.map(({ lengths, symbols }, at) => {
        const isAc = at & 1;
        const isChroma = at >> 1;
        return segment(0xc4, [(isAc << 4) | isChroma, ...lengths, ...symbols]);
      }),
      // Each component's id and its tables for DC and AC; then all coefficients, at once.
      segment(0xda, [components.length, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
    ].flat(),
  );
}

const startOfImage = [0xff, 0xd8];
export const endOfImage: readonly number[] = [0xff, 0xd9];

function segment(marker: number, content: readonly number[]): number[] {
  return [0xff, marker, ...short(content.length + 2), ...content];
}

function short(value: number): [number, number] {
  return [value >> 8, value & 255];
}
