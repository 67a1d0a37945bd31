import { For, onCleanup, type JSX } from "solid-js";
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
      <For each={keys}>{(key) => <Key {...key} />}</For>
    </fieldset>
  );
}

/** A button of the phone: live, it is down for as long as it is held, as Power wants it for its menu. */
function Key(props: { name: string; icon: IconName; code: number }): JSX.Element {
  const focus = useFocus();
  const { stream } = focus.hand;
  /** The key that is down. */
  let keyCode: number | undefined;

  function lift(): void {
    if (keyCode !== undefined) stream.do({ kind: "inject_keycode", action: "up", keyCode });
    keyCode = undefined;
  }

  focus.hand.onRelease(lift);
  onCleanup(lift);
  return (
    <button
      type="button"
      class="button quiet icon"
      aria-label={props.name}
      title={props.name}
      onPointerDown={(event) => {
        if (event.button !== 0 || !focus.hand.isLive()) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        keyCode = props.code;
        stream.do({ kind: "inject_keycode", action: "down", keyCode });
      }}
      onPointerUp={lift}
      onPointerCancel={lift}
      onClick={(event) => {
        // A pointer has done it already; the keyboard has not.
        if (!focus.hand.isLive() || event.detail === 0) focus.press(props.code);
      }}
    >
      <Icon name={props.icon} />
    </button>
  );
}
