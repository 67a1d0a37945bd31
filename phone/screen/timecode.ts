/** The squares of the app `timecode`, row by row. The outer rows are left out: bars of the system lie there. */
export const timecodeGrid = { columns: 4, rows: 10 } as const;

const bits = 24;
/** 2^24 ms are four hours and a half. */
export const timecodeWrapMs = 2 ** bits;
const firstCell = timecodeGrid.columns * 2;

/** White or black of each square: time, whether a touch turned it, how many of those are white (odd or even), white, black. */
export function timecodeCells(nowMs: number, isTurned: boolean): boolean[] {
  const time = Math.floor(nowMs) % timecodeWrapMs;
  const cells = Array.from({ length: bits }, (_, bit) => Math.floor(time / 2 ** bit) % 2 === 1);
  cells.push(isTurned);
  const isOdd = cells.filter(Boolean).length % 2 === 1;
  return [...Array.from({ length: firstCell }, () => false), ...cells, isOdd, true, false];
}

/** From the brightness of each square, 0 to 255; undefined when what was seen is no whole timecode. */
export function readTimecode(
  brightness: readonly number[],
): { timeMs: number; isTurned: boolean } | undefined {
  const cells = brightness.slice(firstCell, firstCell + bits + 4).map((value) => value > 127);
  const [isTurned, isOdd, white, black] = cells.slice(bits);
  if (white !== true || black !== false) return undefined;
  if ((cells.slice(0, bits + 1).filter(Boolean).length % 2 === 1) !== isOdd) return undefined;
  const timeMs = cells.slice(0, bits).reduce((sum, isWhite, bit) => sum + (isWhite ? 2 ** bit : 0), 0);
  return { timeMs, isTurned: isTurned === true };
}
