/** No payload of the contract comes near either of these, and what does come near is refused with its reason. */
export const mostJsonLevels = 2000;
export const mostJsonValues = 250_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openers = new Set([0x5b, 0x7b]);
const closers = new Set([0x5d, 0x7d]);

/**
 * Whether text would take long to parse as JSON: half a million nested brackets in a megabyte take more than a second.
 * Looks at what stands between strings and jumps over these, so that a screenshot costs next to nothing.
 */
export function isCostlyJson(text: string): boolean {
  let levels = 0;
  let values = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      index = endOfString(text, index);
      continue;
    }
    if (openers.has(code)) levels += 1;
    else if (closers.has(code)) levels -= 1;
    else if (code !== comma) continue;
    values += 1;
    if (levels > mostJsonLevels || values > mostJsonValues) return true;
  }
  return false;
}

/** Where the quote is that ends the string which begins here. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, index: number): boolean {
  let before = index;
  while (text.charCodeAt(before - 1) === backslash) before -= 1;
  return (index - before) % 2 === 1;
}
