import { firstKeyCode, keyCodes } from "../key-codes.ts";

/** Android's `META_*` bits: either side of the key, and Caps Lock. */
export const metaBits = { shift: 0x01, alt: 0x02, control: 0x1000, capsLock: 0x100000 } as const;

const shiftedDigits = ")!@#$%^&*(";
/** Plain and shifted, as on Android's virtual keyboard. */
const signKeys: Record<number, readonly [string, string]> = {
  [keyCodes.STAR]: ["*", "*"],
  [keyCodes.POUND]: ["#", "#"],
  [keyCodes.COMMA]: [",", "<"],
  [keyCodes.PERIOD]: [".", ">"],
  [keyCodes.SPACE]: [" ", " "],
  [keyCodes.GRAVE]: ["`", "~"],
  [keyCodes.MINUS]: ["-", "_"],
  [keyCodes.EQUALS]: ["=", "+"],
  [keyCodes.LEFT_BRACKET]: ["[", "{"],
  [keyCodes.RIGHT_BRACKET]: ["]", "}"],
  [keyCodes.BACKSLASH]: ["\\", "|"],
  [keyCodes.SEMICOLON]: [";", ":"],
  [keyCodes.APOSTROPHE]: ["'", '"'],
  [keyCodes.SLASH]: ["/", "?"],
  [keyCodes.AT]: ["@", "@"],
  [keyCodes.PLUS]: ["+", "+"],
};

/** The text a key types, if it types any. */
export function textOfKey(keyCode: number, metaState: number): string | undefined {
  const isShifted = (metaState & metaBits.shift) !== 0;
  if (keyCode >= firstKeyCode.letter && keyCode < firstKeyCode.letter + 26) {
    const letter = String.fromCharCode(97 + keyCode - firstKeyCode.letter);
    return isShifted !== ((metaState & metaBits.capsLock) !== 0) ? letter.toUpperCase() : letter;
  }
  if (keyCode >= firstKeyCode.digit && keyCode < firstKeyCode.digit + 10) {
    const digit = keyCode - firstKeyCode.digit;
    return isShifted ? shiftedDigits[digit] : String(digit);
  }
  if (keyCode >= firstKeyCode.numpadDigit && keyCode < firstKeyCode.numpadDigit + 10)
    return String(keyCode - firstKeyCode.numpadDigit);
  return signKeys[keyCode]?.[isShifted ? 1 : 0];
}
