/** The tables of ITU-T T.81, Annex K: what nearly every JPEG is made with. */

/** Natural order, at quality 50. */
const lumaQuantisers = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const chromaQuantisers = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/** Those of luma, then those of chroma, 64 bytes each in natural order. `quality` is 0 to 1 and means what it does to libjpeg. */
export function quantisersFor(quality: number): Uint8Array {
  const percent = Math.min(100, Math.max(1, Math.round(quality * 100)));
  const scale = percent < 50 ? Math.floor(5000 / percent) : 200 - percent * 2;
  return Uint8Array.from([...lumaQuantisers, ...chromaQuantisers], (base) =>
    Math.min(255, Math.max(1, Math.floor((base * scale + 50) / 100))),
  );
}

/** Where the coefficient lies, row by row, that comes at each place of the zigzag. */
export const zigzag: readonly number[] = Array.from({ length: 64 }, (_, at) => ({
  at,
  row: at >> 3,
  column: at & 7,
}))
  .toSorted((one, other) => {
    const diagonal = one.row + one.column;
    const otherDiagonal = other.row + other.column;
    if (diagonal !== otherDiagonal) return diagonal - otherDiagonal;
    return diagonal % 2 === 0 ? one.column - other.column : one.row - other.row;
  })
  .map(({ at }) => at);

/** How many codes there are of each length from 1 to 16 bits, and what they stand for, shortest first. */
export interface HuffmanTable {
  lengths: readonly number[];
  symbols: readonly number[];
}

const dcSymbols = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** DC and AC of luma, DC and AC of chroma. */
export const huffmanTables: readonly HuffmanTable[] = [
  { lengths: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], symbols: dcSymbols },
  {
    lengths: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
    symbols: bytes(`
      01 02 03 00 04 11 05 12 21 31 41 06 13 51 61 07 22 71 14 32 81 91 a1 08 23 42 b1 c1 15 52 d1 f0
      24 33 62 72 82 09 0a 16 17 18 19 1a 25 26 27 28 29 2a 34 35 36 37 38 39 3a 43 44 45 46 47 48 49
      4a 53 54 55 56 57 58 59 5a 63 64 65 66 67 68 69 6a 73 74 75 76 77 78 79 7a 83 84 85 86 87 88 89
      8a 92 93 94 95 96 97 98 99 9a a2 a3 a4 a5 a6 a7 a8 a9 aa b2 b3 b4 b5 b6 b7 b8 b9 ba c2 c3 c4 c5
      c6 c7 c8 c9 ca d2 d3 d4 d5 d6 d7 d8 d9 da e1 e2 e3 e4 e5 e6 e7 e8 e9 ea f1 f2 f3 f4 f5 f6 f7 f8
      f9 fa`),
  },
  { lengths: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], symbols: dcSymbols },
  {
    lengths: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
    symbols: bytes(`
      00 01 02 03 11 04 05 21 31 06 12 41 51 07 61 71 13 22 32 81 08 14 42 91 a1 b1 c1 09 23 33 52 f0
      15 62 72 d1 0a 16 24 34 e1 25 f1 17 18 19 1a 26 27 28 29 2a 35 36 37 38 39 3a 43 44 45 46 47 48
      49 4a 53 54 55 56 57 58 59 5a 63 64 65 66 67 68 69 6a 73 74 75 76 77 78 79 7a 82 83 84 85 86 87
      88 89 8a 92 93 94 95 96 97 98 99 9a a2 a3 a4 a5 a6 a7 a8 a9 aa b2 b3 b4 b5 b6 b7 b8 b9 ba c2 c3
      c4 c5 c6 c7 c8 c9 ca d2 d3 d4 d5 d6 d7 d8 d9 da e2 e3 e4 e5 e6 e7 e8 e9 ea f2 f3 f4 f5 f6 f7 f8
      f9 fa`),
  },
];

/** The code of each symbol as `code << 8 | length`; 0 of those that have none. */
export function codesOf({ lengths, symbols }: HuffmanTable): Uint32Array {
  const codes = new Uint32Array(256);
  let code = 0;
  let next = 0;
  for (const [index, count] of lengths.entries()) {
    for (const symbol of symbols.slice(next, next + count)) {
      codes[symbol] = (code << 8) | (index + 1);
      code += 1;
    }
    next += count;
    code <<= 1;
  }
  return codes;
}

function bytes(hex: string): number[] {
  return hex
    .trim()
    .split(/\s+/)
    .map((byte) => Number.parseInt(byte, 16));
}
