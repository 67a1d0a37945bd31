import { createSignal, onCleanup, Show, type JSX } from "solid-js";
import type { Fault } from "../../../protocol/fault.ts";
import type { Size } from "../../../protocol/fields.ts";
import type { PictureWish } from "../../../protocol/viewer.ts";
import { Picture } from "../frame/picture.tsx";
import { createPageShown } from "../frame/visibility.ts";
import { faultWords } from "../toast/fault-words.ts";
import { modelOf, troubleOf } from "../wall/device-words.ts";
import { KeyboardInput } from "./keyboard-input.tsx";
import { makePointerInput } from "./pointer-input.ts";
import { createTouchMarks, TouchMarks } from "./touch-marks.tsx";
import { useFocus } from "./use-focus.ts";

/** The phone's screen, large: touched with a pointer, typed into with the keyboard. */
export function Screen(props: { wish: PictureWish; onLeave: () => void }): JSX.Element {
  const focus = useFocus();
  const isPageShown = createPageShown();
  const [frameSize, setFrameSize] = createSignal<Size>({ width: 9, height: 19.5 }, { equals: isSameSize });
  const [hasPicture, setPicture] = createSignal(false);
  const [refusal, setRefusal] = createSignal<Fault>();
  const touch = createTouchMarks();
  let screen: Size | undefined;
  let picture!: HTMLDivElement;
  let stage!: HTMLDivElement;
  let keys!: HTMLTextAreaElement;

  const isOffline = () => focus.device().health_status === "offline";
  const waitingWords = () => {
    if (isOffline()) return troubleOf(focus.device());
    const fault = refusal();
    if (fault !== undefined) return faultWords(fault);
    return hasPicture() ? undefined : (troubleOf(focus.device()) ?? "Waiting for the first picture…");
  };

  const pointer = makePointerInput({
    element: () => picture,
    picture: () => frameSize(),
    screen: () => screen,
    onGesture: (gesture) => focus.send(gesture),
    onTouch(from, to) {
      const { left, top } = stage.getBoundingClientRect();
      const place = (point: { x: number; y: number }) => ({ x: point.x - left, y: point.y - top });
      touch.add(place(from), place(to));
    },
  });
  onCleanup(() => pointer.close());

  return (
    <div
      class="stage"
      classList={{ off: isOffline(), landscape: frameSize().width > frameSize().height }}
      ref={(element) => {
        stage = element;
      }}
      style={{ "--aspect": `${frameSize().width / frameSize().height}` }}
    >
      <KeyboardInput
        ref={(box) => {
          keys = box;
        }}
        onLeave={() => props.onLeave()}
      />
      <Picture
        deviceId={focus.device().device_id}
        wish={isPageShown() && !isOffline() ? props.wish : undefined}
        builtSize={focus.device().screen}
        ref={(element) => {
          picture = element;
          picture.addEventListener(
            "wheel",
            (event) => {
              if (focus.hindrance() === undefined) pointer.wheel(event);
            },
            { passive: false },
          );
        }}
        onPicture={(size, display) => {
          screen = display;
          setFrameSize(size);
          setPicture(true);
        }}
        onState={(state) => setRefusal(state.refusal)}
        class="stage-picture"
        box={{
          role: "application",
          "aria-label": `Screen of ${modelOf(focus.device())}`,
          "aria-description": focus.hindrance() ?? "Click to touch; keys go to the phone until Escape",
          "aria-disabled": focus.hindrance() !== undefined,
          onPointerDown: (event) => {
            // The page must not take the focus back from the text box.
            event.preventDefault();
            if (focus.hindrance() !== undefined) return;
            // A finger has no keys: the focus would only raise the on-screen keyboard over the picture.
            if (event.pointerType !== "touch") keys.focus({ preventScroll: true });
            pointer.down(event);
          },
          onPointerMove: (event) => pointer.move(event),
          onPointerUp: (event) => pointer.up(event),
          onPointerCancel: () => pointer.cancel(),
          onMouseDown: (event) => event.preventDefault(),
          onContextMenu: (event) => event.preventDefault(),
        }}
      />
      <TouchMarks marks={touch.marks()} onEnd={(id) => touch.remove(id)} />
      <Show when={waitingWords()}>{(words) => <p class="stage-words">{words()}</p>}</Show>
    </div>
  );
}

function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}
