import { firstKeyCode, keyCodes } from "../key-codes.ts";
import { metaBits, textOfKey } from "./typed-key.ts";
import type { TextField } from "./text-field.ts";

/** What the Control key makes of C, V and X. */
const shortcuts = new Map<number, number>([
  [firstKeyCode.letter + 2, keyCodes.COPY],
  [firstKeyCode.letter + 21, keyCodes.PASTE],
  [firstKeyCode.letter + 23, keyCodes.CUT],
]);

export interface Clipboard {
  readonly text: string;
  copy(text: string): void;
}

/** One key pressed while a field has the focus. There is no selection: copy and cut take all of the text. */
export function editWithKey(
  field: TextField,
  keyCode: number,
  metaState: number,
  clipboard: Clipboard,
): void {
  const isControl = (metaState & metaBits.control) !== 0;
  const meant = isControl ? (shortcuts.get(keyCode) ?? keyCode) : keyCode;
  switch (meant) {
    case keyCodes.DEL:
      return field.deleteBefore();
    case keyCodes.FORWARD_DEL:
      return field.deleteAfter();
    case keyCodes.ENTER:
    case keyCodes.NUMPAD_ENTER:
      return field.insert("\n");
    case keyCodes.DPAD_LEFT:
      return field.moveCaret("left");
    case keyCodes.DPAD_RIGHT:
      return field.moveCaret("right");
    case keyCodes.MOVE_HOME:
      return field.moveCaret("start");
    case keyCodes.MOVE_END:
      return field.moveCaret("end");
    case keyCodes.PASTE:
      return field.insert(clipboard.text);
    case keyCodes.COPY:
    case keyCodes.CUT:
      if (field.text === "") return undefined;
      clipboard.copy(field.text);
      if (meant === keyCodes.CUT) field.clear();
      return undefined;
    default: {
      const text = textOfKey(meant, metaState);
      if (text !== undefined && !isControl) field.insert(text);
      return undefined;
    }
  }
}
