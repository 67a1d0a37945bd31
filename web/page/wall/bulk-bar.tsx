import { createSignal, For, Show, type JSX } from "solid-js";
import type { CommandOrder } from "../link/command-desk.ts";
import { keyCodes } from "../focus/key-codes.ts";
import { SaveGroup } from "../groups/save-group.tsx";
import { Icon, type IconName } from "../look/icon.tsx";

const keys = [
  { name: "Back", icon: "back", code: keyCodes.back },
  { name: "Home", icon: "home", code: keyCodes.home },
  { name: "Recents", icon: "recents", code: keyCodes.recents },
  { name: "Power", icon: "power", code: keyCodes.power },
] as const satisfies { name: string; icon: IconName; code: number }[];

/** One command to every selected device. Its controls are named “… on selected”, apart from those of the focus. */
export function BulkBar(props: {
  deviceIds: string[];
  /** What else is to be said of the selection; may be empty. */
  note: string;
  /** Why nothing can be sent to it, or no shell command. */
  hindrance: string | undefined;
  /** Why it cannot be saved as a group. */
  saveHindrance: string | undefined;
  shellHindrance: string | undefined;
  onSend: (order: Omit<CommandOrder, "deviceIds">) => void;
  /** One of them in the hand, and the others do the same. */
  onDriveTogether: () => void;
  onClear: () => void;
}): JSX.Element {
  const [words, setWords] = createSignal("");

  function sendWords(kind: "text" | "shell"): void {
    const text = words();
    if (text.trim() === "") return;
    props.onSend(
      kind === "text"
        ? { type: "text", params: { text } }
        : { type: "shell", params: { shellCommand: text } },
    );
    setWords("");
  }

  return (
    <div class="bulk" role="region" aria-label="Selected devices">
      <span class="bulk-count">
        <strong>{props.deviceIds.length} selected</strong>
        <Show when={[props.note, props.hindrance].filter(Boolean).join(" · ")}>
          {(words) => <> · {words()}</>}
        </Show>
      </span>
      <fieldset class="row" disabled={props.hindrance !== undefined} title={props.hindrance}>
        <For each={keys}>
          {(key) => (
            <button
              type="button"
              class="button icon"
              aria-label={`${key.name} on selected`}
              title={`${key.name} on selected`}
              onClick={() => props.onSend({ type: "keyevent", params: { keycode: key.code } })}
            >
              <Icon name={key.icon} />
            </button>
          )}
        </For>
        <button
          type="button"
          class="button icon"
          aria-label="Screenshot on selected"
          title="Screenshot on selected"
          onClick={() => props.onSend({ type: "screenshot" })}
        >
          <Icon name="camera" />
        </button>
      </fieldset>
      <button
        type="button"
        class="button"
        disabled={props.hindrance !== undefined || props.deviceIds.length < 2}
        title={props.hindrance ?? "Opens one of them; the others do what you do on it"}
        onClick={() => props.onDriveTogether()}
      >
        <Icon name="together" /> Drive all selected ({props.deviceIds.length})
      </button>
      <form
        class="bulk-words"
        onSubmit={(event) => {
          event.preventDefault();
          sendWords("text");
        }}
      >
        <fieldset class="row" disabled={props.hindrance !== undefined} title={props.hindrance}>
          <input
            class="field"
            aria-label="Text or shell command for selected"
            placeholder="Text to type, or a shell command"
            value={words()}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
          <button type="submit" class="button" aria-label="Type on selected">
            <Icon name="text" /> Type
          </button>
          <button
            type="button"
            class="button"
            aria-label="Run on selected"
            disabled={props.shellHindrance !== undefined}
            title={props.shellHindrance}
            onClick={() => sendWords("shell")}
          >
            <Icon name="terminal" /> Run
          </button>
        </fieldset>
      </form>
      <SaveGroup deviceIds={props.deviceIds} hindrance={props.saveHindrance} />
      <button
        type="button"
        class="button quiet icon"
        aria-label="Clear selection"
        title="Clear selection (Esc)"
        onClick={() => props.onClear()}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
