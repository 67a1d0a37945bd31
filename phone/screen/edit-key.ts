import { KeyCode, Meta, textOfKey } from "./key-code.ts";
import type { TextField } from "./text-field.ts";

const KEY_A = 29;
/** What the Control key makes of C, V and X. */
const SHORTCUTS = new Map<number, number>([
  [KEY_A + 2, KeyCode.copy],
  [KEY_A + 21, KeyCode.paste],
  [KEY_A + 23, KeyCode.cut],
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
  const isControl = (metaState & Meta.control) !== 0;
  const meant = isControl ? (SHORTCUTS.get(keyCode) ?? keyCode) : keyCode;
  switch (meant) {
    case KeyCode.del:
      return field.deleteBefore();
    case KeyCode.forwardDel:
      return field.deleteAfter();
    case KeyCode.enter:
    case KeyCode.numpadEnter:
      return field.insert("\n");
    case KeyCode.left:
      return field.moveCaret("left");
    case KeyCode.right:
      return field.moveCaret("right");
    case KeyCode.moveHome:
      return field.moveCaret("start");
    case KeyCode.moveEnd:
      return field.moveCaret("end");
    case KeyCode.paste:
      return field.insert(clipboard.text);
    case KeyCode.copy:
    case KeyCode.cut:
      if (field.text === "") return undefined;
      clipboard.copy(field.text);
      if (meant === KeyCode.cut) field.clear();
      return undefined;
    default: {
      const text = textOfKey(meant, metaState);
      if (text !== undefined && !isControl) field.insert(text);
      return undefined;
    }
  }
}
