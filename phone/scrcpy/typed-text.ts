/** Grave, acute, circumflex, tilde and diaeresis: the dead keys of scrcpy's `KeyComposition`. */
const deadKeys = new Set(["\u0300", "\u0301", "\u0302", "\u0303", "\u0308"]);

/**
 * Whether Android's virtual keyboard has keys for this UTF-16 unit: ASCII, and Latin letters that one dead key makes.
 * Everything else has to come through the clipboard, on real phones too.
 */
export function isTypeable(unit: string): boolean {
  if (/^[\t\n -~]$/.test(unit)) return true;
  const [letter = "", mark = "", ...more] = unit.normalize("NFD");
  return /^[A-Za-z]$/.test(letter) && deadKeys.has(mark) && more.length === 0;
}
