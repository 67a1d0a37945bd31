import { createEffect, on, onCleanup, type JSX } from "solid-js";
import { useToasts } from "../toast/toasts.ts";
import { modelOf } from "../wall/device-words.ts";
import { keyCodeOf } from "./key-codes.ts";
import { makeLiveKeys } from "./live-keys.ts";
import { makeTextBatch } from "./text-batch.ts";
import { useFocus } from "./use-focus.ts";

/** A held key repeats faster than the ten commands a second that a phone takes. */
const repeatMs = 125;

/** The unseen text box that takes keys for the phone: only a real one gets IME composition, dead keys and paste. */
export function KeyboardInput(props: {
  ref: (box: HTMLTextAreaElement) => void;
  isPhysical: boolean;
  onLeave: () => void;
}): JSX.Element {
  const focus = useFocus();
  const toasts = useToasts();
  const batch = makeTextBatch((text) => focus.send({ type: "text", params: { text } }));
  const keys = makeLiveKeys({
    stream: focus.hand.stream,
    isPhysical: () => props.isPhysical,
    onTooLong: () => toasts.failure("That text is too long for the phone's clipboard"),
  });
  let repeatedAtMs = 0;
  focus.hand.onRelease(() => keys.release());
  // A key that stands for another one now comes up as what it went down as.
  createEffect(
    on(
      () => props.isPhysical,
      () => keys.release(),
      { defer: true },
    ),
  );
  onCleanup(() => batch.flush());

  function type(text: string): void {
    if (text === "") return;
    if (focus.hand.isLive()) keys.text(text);
    else batch.add(text);
  }

  function take(box: HTMLTextAreaElement): void {
    type(box.value);
    box.value = "";
  }

  function command(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const code = keyCodeOf(event.key);
    if (code === undefined) return;
    event.preventDefault();
    if (event.repeat && event.timeStamp - repeatedAtMs < repeatMs) return;
    repeatedAtMs = event.timeStamp;
    batch.flush();
    focus.press(code);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      props.onLeave();
    } else if (!focus.hand.isLive()) command(event);
    else if (keys.down(event)) event.preventDefault();
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
      onKeyUp={(event) => keys.up(event)}
      onPaste={(event) => {
        if (!focus.hand.isLive()) return;
        event.preventDefault();
        keys.paste(event.clipboardData?.getData("text/plain") ?? "");
      }}
      onInput={(event) => {
        if (!event.isComposing) take(event.currentTarget);
      }}
      onCompositionEnd={(event) => take(event.currentTarget)}
      onBlur={() => {
        batch.flush();
        keys.release();
      }}
    />
  );
}
