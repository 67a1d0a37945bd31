import { keyCodes, metaBits, textOfKey } from "./key-code.ts";
import type { TextField } from "./text-field.ts";

const keyCodeOfA = 29;
/** What the Control key makes of C, V and X. */
const shortcuts = new Map<number, number>([
  [keyCodeOfA + 2, keyCodes.copy],
  [keyCodeOfA + 21, keyCodes.paste],
  [keyCodeOfA + 23, keyCodes.cut],
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
    case keyCodes.del:
      return field.deleteBefore();
    case keyCodes.forwardDel:
      return field.deleteAfter();
    case keyCodes.enter:
    case keyCodes.numpadEnter:
      return field.insert("\n");
    case keyCodes.left:
      return field.moveCaret("left");
    case keyCodes.right:
      return field.moveCaret("right");
    case keyCodes.moveHome:
      return field.moveCaret("start");
    case keyCodes.moveEnd:
      return field.moveCaret("end");
    case keyCodes.paste:
      return field.insert(clipboard.text);
    case keyCodes.copy:
    case keyCodes.cut:
      if (field.text === "") return undefined;
      clipboard.copy(field.text);
      if (meant === keyCodes.cut) field.clear();
      return undefined;
    default: {
      const text = textOfKey(meant, metaState);
      if (text !== undefined && !isControl) field.insert(text);
      return undefined;
    }
  }
}
