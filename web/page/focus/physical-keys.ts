/** Android's `KeyEvent.KEYCODE_*` by `KeyboardEvent.code`: the key where it is, whatever is printed on it. */
const keyCodesByPlace: Readonly<Record<string, number>> = {
  ...byLetter("Key", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 29),
  ...byLetter("Digit", "0123456789", 7),
  ...byLetter("Numpad", "0123456789", 144),
  ...Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`F${at + 1}`, 131 + at])),
  Comma: 55,
  Period: 56,
  AltLeft: 57,
  AltRight: 58,
  ShiftLeft: 59,
  ShiftRight: 60,
  Tab: 61,
  Space: 62,
  Enter: 66,
  Backspace: 67,
  Backquote: 68,
  Minus: 69,
  Equal: 70,
  BracketLeft: 71,
  BracketRight: 72,
  Backslash: 73,
  IntlBackslash: 73,
  Semicolon: 74,
  Quote: 75,
  Slash: 76,
  ArrowUp: 19,
  ArrowDown: 20,
  ArrowLeft: 21,
  ArrowRight: 22,
  ContextMenu: 82,
  PageUp: 92,
  PageDown: 93,
  Delete: 112,
  ControlLeft: 113,
  ControlRight: 114,
  CapsLock: 115,
  ScrollLock: 116,
  PrintScreen: 120,
  Pause: 121,
  Home: 122,
  End: 123,
  Insert: 124,
  NumLock: 143,
  NumpadDivide: 154,
  NumpadMultiply: 155,
  NumpadSubtract: 156,
  NumpadAdd: 157,
  NumpadDecimal: 158,
  NumpadComma: 159,
  NumpadEnter: 160,
  NumpadEqual: 161,
  Lang1: 204,
  Lang2: 212,
  Convert: 214,
  NonConvert: 213,
};

function byLetter(prefix: string, letters: string, first: number): Record<string, number> {
  return Object.fromEntries(Array.from(letters, (letter, at) => [prefix + letter, first + at]));
}

export function keyCodeAt(place: string): number | undefined {
  return Object.hasOwn(keyCodesByPlace, place) ? keyCodesByPlace[place] : undefined;
}

/** Android's `META_*` bits: the modifiers that are down, and the locks. */
export function metaStateOf(
  event: Pick<KeyboardEvent, "shiftKey" | "ctrlKey" | "altKey" | "metaKey" | "getModifierState">,
): number {
  return (
    (event.shiftKey ? 0x1 | 0x40 : 0) |
    (event.altKey ? 0x2 | 0x10 : 0) |
    (event.ctrlKey ? 0x1000 | 0x2000 : 0) |
    (event.metaKey ? 0x1_0000 | 0x2_0000 : 0) |
    (event.getModifierState("CapsLock") ? 0x10_0000 : 0) |
    (event.getModifierState("NumLock") ? 0x20_0000 : 0)
  );
}
