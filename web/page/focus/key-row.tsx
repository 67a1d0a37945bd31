import { For, type JSX } from "solid-js";
import { Icon, type IconName } from "../look/icon.tsx";
import { keyCodes } from "./key-codes.ts";
import { useFocus } from "./use-focus.ts";

const keys = [
  { name: "Back", icon: "back", code: keyCodes.back },
  { name: "Home", icon: "home", code: keyCodes.home },
  { name: "Recents", icon: "recents", code: keyCodes.recents },
  { name: "Volume down", icon: "volumeDown", code: keyCodes.volumeDown },
  { name: "Volume up", icon: "volumeUp", code: keyCodes.volumeUp },
  { name: "Power", icon: "power", code: keyCodes.power },
] as const satisfies { name: string; icon: IconName; code: number }[];

export function KeyRow(): JSX.Element {
  const focus = useFocus();
  return (
    <fieldset
      class="key-row"
      role="toolbar"
      aria-label="Keys"
      disabled={focus.hindrance() !== undefined}
      title={focus.hindrance()}
    >
      <For each={keys}>
        {(key) => (
          <button
            type="button"
            class="button quiet icon"
            aria-label={key.name}
            title={key.name}
            onClick={() => focus.press(key.code)}
          >
            <Icon name={key.icon} />
          </button>
        )}
      </For>
    </fieldset>
  );
}
