/** Android's `KEYCODE_*` that this phone knows. */
export const keyCodes = {
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
export const metaBits = { shift: 0x01, alt: 0x02, control: 0x1000, capsLock: 0x100000 } as const;

const firstLetter = 29;
const firstDigit = 7;
const firstNumpadDigit = 144;
const shiftedDigits = ")!@#$%^&*(";
/** Plain and shifted, as on Android's virtual keyboard. */
const signKeys: Record<number, readonly [string, string]> = {
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
  const isShifted = (metaState & metaBits.shift) !== 0;
  if (keyCode >= firstLetter && keyCode < firstLetter + 26) {
    const letter = String.fromCharCode(97 + keyCode - firstLetter);
    return isShifted !== ((metaState & metaBits.capsLock) !== 0) ? letter.toUpperCase() : letter;
  }
  if (keyCode >= firstDigit && keyCode < firstDigit + 10) {
    const digit = keyCode - firstDigit;
    return isShifted ? shiftedDigits[digit] : String(digit);
  }
  if (keyCode >= firstNumpadDigit && keyCode < firstNumpadDigit + 10)
    return String(keyCode - firstNumpadDigit);
  return signKeys[keyCode]?.[isShifted ? 1 : 0];
}
