import { onCleanup, type JSX } from "solid-js";
import { modelOf } from "../wall/device-words.ts";
import { keyCodeOf } from "./key-codes.ts";
import { makeTextBatch } from "./text-batch.ts";
import { useFocus } from "./use-focus.ts";

/** A held key repeats faster than the ten commands a second that a phone takes. */
const repeatMs = 125;

/** The unseen text box that takes keys for the phone: only a real one gets IME composition, dead keys and paste. */
export function KeyboardInput(props: {
  ref: (box: HTMLTextAreaElement) => void;
  onLeave: () => void;
}): JSX.Element {
  const focus = useFocus();
  const batch = makeTextBatch((text) => focus.send({ type: "text", params: { text } }));
  let repeatedAtMs = 0;
  onCleanup(() => batch.flush());

  function take(box: HTMLTextAreaElement): void {
    if (box.value !== "") batch.add(box.value);
    box.value = "";
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      return props.onLeave();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const code = keyCodeOf(event.key);
    if (code === undefined) return;
    event.preventDefault();
    if (event.repeat && event.timeStamp - repeatedAtMs < repeatMs) return;
    repeatedAtMs = event.timeStamp;
    batch.flush();
    focus.press(code);
  }

  return (
    <textarea
      class="keys"
      aria-label={`Keyboard of ${modelOf(focus.device())}`}
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      rows={1}
      disabled={focus.hindrance() !== undefined}
      ref={(box) => props.ref(box)}
      onKeyDown={onKeyDown}
      onInput={(event) => {
        if (!event.isComposing) take(event.currentTarget);
      }}
      onCompositionEnd={(event) => take(event.currentTarget)}
      onBlur={() => batch.flush()}
    />
  );
}
