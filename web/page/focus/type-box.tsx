import { createSignal, type JSX } from "solid-js";
import { useFocus } from "./use-focus.ts";

/** Text for the field that has the phone's cursor; any language. */
export function TypeBox(): JSX.Element {
  const focus = useFocus();
  const [text, setText] = createSignal("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text() === "") return;
        focus.type(text());
        setText("");
      }}
    >
      <fieldset class="row" disabled={focus.hindrance() !== undefined} title={focus.hindrance()}>
        <input
          class="field"
          aria-label="Text to type"
          placeholder="Text to type"
          autocomplete="off"
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="button">
          Type
        </button>
      </fieldset>
    </form>
  );
}
