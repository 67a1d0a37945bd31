/** Android's `KeyEvent.KEYCODE_*`, those that a farm's keyboard needs. */
export const keyCodes = {
  home: 3,
  back: 4,
  up: 19,
  down: 20,
  left: 21,
  right: 22,
  volumeUp: 24,
  volumeDown: 25,
  power: 26,
  enter: 66,
  backspace: 67,
  pageUp: 92,
  pageDown: 93,
  forwardDelete: 112,
  moveHome: 122,
  moveEnd: 123,
  recents: 187,
} as const;

/** From `KeyboardEvent.key`; Tab and Escape stay with the page, so that a keyboard can leave the phone. */
const codesOfKeys: Readonly<Record<string, number>> = {
  Enter: keyCodes.enter,
  Backspace: keyCodes.backspace,
  Delete: keyCodes.forwardDelete,
  ArrowUp: keyCodes.up,
  ArrowDown: keyCodes.down,
  ArrowLeft: keyCodes.left,
  ArrowRight: keyCodes.right,
  Home: keyCodes.moveHome,
  End: keyCodes.moveEnd,
  PageUp: keyCodes.pageUp,
  PageDown: keyCodes.pageDown,
};

export function keyCodeOf(key: string): number | undefined {
  return codesOfKeys[key];
}

const names: Readonly<Record<number, string>> = {
  [keyCodes.home]: "Home",
  [keyCodes.back]: "Back",
  [keyCodes.up]: "Key ↑",
  [keyCodes.down]: "Key ↓",
  [keyCodes.left]: "Key ←",
  [keyCodes.right]: "Key →",
  [keyCodes.volumeUp]: "Volume up",
  [keyCodes.volumeDown]: "Volume down",
  [keyCodes.power]: "Power",
  [keyCodes.enter]: "Enter",
  [keyCodes.backspace]: "Backspace",
  [keyCodes.recents]: "Recents",
};

export function keyNameOf(code: number): string {
  return names[code] ?? `Key ${code}`;
}
