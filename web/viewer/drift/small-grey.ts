/** A picture as coarse as it takes to tell one screen of a phone from another, whatever its resolution. */
export interface SmallGrey {
  isWide: boolean;
  /** Brightness of each cell, 0 to 255, row by row. */
  cells: Float32Array;
}

export const greyWidth = 16;
export const greyHeight = 32;
/** Where the clock and the battery are, and where the navigation bar is: they differ on phones that are alike. */
const statusBarShare = 0.06;
const navigationBarShare = 0.05;

/** The part of a picture of this height that is compared. */
export function comparedPart(height: number): { top: number; height: number } {
  const top = Math.round(height * statusBarShare);
  return { top, height: Math.max(1, Math.round(height * (1 - navigationBarShare)) - top) };
}

/** From RGBA of `greyWidth` × `greyHeight`. */
export function greyOf(rgba: Uint8ClampedArray, isWide: boolean): SmallGrey {
  const cells = new Float32Array(rgba.length / 4);
  for (let at = 0; at < cells.length; at += 1) {
    const [red = 0, green = 0, blue = 0] = rgba.subarray(at * 4, at * 4 + 3);
    cells[at] = 0.299 * red + 0.587 * green + 0.114 * blue;
  }
  return { isWide, cells };
}

/** Screens with little on them differ by no more than this on the average; a button elsewhere or another theme does. */
const emptyDifference = 6;
/** And they are about as bright: neither dark beside light, nor black beside a picture. */
const brightnessDifference = 28;
/** Text, a badge or a list that is scrolled by a line leaves more than this, another app or page less. */
const likeCorrelation = 0.72;

/** Whether two phones show about the same; their themes may differ a little in brightness and contrast. */
export function isAlike(a: SmallGrey, b: SmallGrey): boolean {
  if (a.isWide !== b.isWide) return false;
  const [one, other] = [spread(a.cells), spread(b.cells)];
  let product = 0;
  let difference = 0;
  for (const [at, cell] of a.cells.entries()) {
    const [mine, its] = [cell - one.mean, (b.cells[at] ?? 0) - other.mean];
    product += mine * its;
    difference += Math.abs(mine - its);
  }
  const count = a.cells.length;
  if (difference / count < emptyDifference) return Math.abs(one.mean - other.mean) < brightnessDifference;
  return product / count > likeCorrelation * one.deviation * other.deviation;
}

function spread(cells: Float32Array): { mean: number; deviation: number } {
  let sum = 0;
  for (const cell of cells) sum += cell;
  const mean = sum / cells.length;
  let squares = 0;
  for (const cell of cells) squares += (cell - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / cells.length) };
}
