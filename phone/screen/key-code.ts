/** Android's `KEYCODE_*` that this phone knows. */
export const KeyCode = {
  home: 3,
  back: 4,
  left: 21,
  right: 22,
  volumeUp: 24,
  volumeDown: 25,
  power: 26,
  tab: 61,
  space: 62,
  enter: 66,
  del: 67,
  notification: 83,
  escape: 111,
  forwardDel: 112,
  moveHome: 122,
  moveEnd: 123,
  numpadEnter: 160,
  volumeMute: 164,
  appSwitch: 187,
  sleep: 223,
  wakeup: 224,
  cut: 277,
  copy: 278,
  paste: 279,
} as const;

/** Android's `META_*` bits: either side of the key, and Caps Lock. */
export const Meta = { shift: 0x01, alt: 0x02, control: 0x1000, capsLock: 0x100000 } as const;

const FIRST_LETTER = 29;
const FIRST_DIGIT = 7;
const FIRST_NUMPAD_DIGIT = 144;
const SHIFTED_DIGITS = ")!@#$%^&*(";
/** Plain and shifted, as on Android's virtual keyboard. */
const SIGNS: Record<number, readonly [string, string]> = {
  17: ["*", "*"],
  18: ["#", "#"],
  55: [",", "<"],
  56: [".", ">"],
  62: [" ", " "],
  68: ["`", "~"],
  69: ["-", "_"],
  70: ["=", "+"],
  71: ["[", "{"],
  72: ["]", "}"],
  73: ["\\", "|"],
  74: [";", ":"],
  75: ["'", '"'],
  76: ["/", "?"],
  77: ["@", "@"],
  81: ["+", "+"],
};

/** The text a key types, if it types any. */
export function textOfKey(keyCode: number, metaState: number): string | undefined {
  const isShifted = (metaState & Meta.shift) !== 0;
  if (keyCode >= FIRST_LETTER && keyCode < FIRST_LETTER + 26) {
    const letter = String.fromCharCode(97 + keyCode - FIRST_LETTER);
    return isShifted !== ((metaState & Meta.capsLock) !== 0) ? letter.toUpperCase() : letter;
  }
  if (keyCode >= FIRST_DIGIT && keyCode < FIRST_DIGIT + 10) {
    const digit = keyCode - FIRST_DIGIT;
    return isShifted ? SHIFTED_DIGITS[digit] : String(digit);
  }
  if (keyCode >= FIRST_NUMPAD_DIGIT && keyCode < FIRST_NUMPAD_DIGIT + 10)
    return String(keyCode - FIRST_NUMPAD_DIGIT);
  return SIGNS[keyCode]?.[isShifted ? 1 : 0];
}
