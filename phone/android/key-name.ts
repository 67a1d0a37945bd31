import { firstKeyCode, keyCodes } from "../key-codes.ts";

/** The names of `length` keys that follow each other, with their numbers. */
function run(length: number, first: number, nameOf: (index: number) => string): [string, number][] {
  return Array.from({ length }, (_, index) => [nameOf(index), first + index]);
}

const codesByName: ReadonlyMap<string, number> = new Map<string, number>([
  ...Object.entries(keyCodes),
  ...run(26, firstKeyCode.letter, (index) => String.fromCharCode(65 + index)),
  ...run(10, firstKeyCode.digit, (index) => String(index)),
  ...run(10, firstKeyCode.numpadDigit, (index) => `NUMPAD_${index}`),
  ...run(12, firstKeyCode.function, (index) => `F${index + 1}`),
]);

/** The number of `3`, `HOME` or `KEYCODE_HOME`, as `input keyevent` reads it. */
export function parseKeyCode(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  return codesByName.get(text.replace(/^KEYCODE_/, ""));
}
