import { createSignal, onCleanup, onMount, Show, type JSX } from "solid-js";
import type { Size } from "../../../protocol/fields.ts";
import type { PictureState, PictureWish } from "../../../protocol/viewer.ts";
import { Picture } from "../frame/picture.tsx";
import { createPageShown } from "../frame/page-shown.ts";
import { createClock } from "../look/clock.ts";
import { modelOf, troubleOf } from "../wall/device-words.ts";
import { pictureWords } from "../wall/picture-words.ts";
import { KeyboardInput } from "./keyboard-input.tsx";
import { makeCommandPointer } from "./command-pointer.ts";
import { makeLivePointer } from "./live-pointer.ts";
import type { Point } from "./screen-point.ts";
import { createTouchMarks, TouchMarks } from "./touch-marks.tsx";
import { useFocus } from "./use-focus.ts";

/** The phone's screen, large: touched with a pointer, typed into with the keyboard. */
export function Screen(props: {
  wish: PictureWish;
  /** How large the picture's short edge is on the viewer's display, in its pixels. */
  onShownPx: (px: number) => void;
  /** Keys are sent as they stand on the keyboard. */
  isPhysical: boolean;
  onLeave: () => void;
}): JSX.Element {
  const focus = useFocus();
  const isPageShown = createPageShown();
  const [frameSize, setFrameSize] = createSignal<Size>({ width: 9, height: 19.5 }, { equals: isSameSize });
  const [hasPicture, setPicture] = createSignal(false);
  const [state, setState] = createSignal<PictureState>();
  const now = createClock(1000);
  const touch = createTouchMarks();
  let screen: Size | undefined;
  let picture!: HTMLDivElement;
  let stage!: HTMLDivElement;
  let keys!: HTMLTextAreaElement;

  const isOffline = () => focus.device().health_status === "offline";
  const waitingWords = () => {
    if (isOffline()) return troubleOf(focus.device());
    if (hasPicture()) return undefined;
    return words()?.full ?? troubleOf(focus.device()) ?? "Waiting for the first picture…";
  };
  const words = () => pictureWords(state(), now());
  /** In a few words where the picture is worth more than they are. */
  const note = () => {
    const said = hasPicture() && !isOffline() ? words() : undefined;
    return said?.isMild === true ? said.short : said?.full;
  };

  function mark(from: Point, to: Point): void {
    const { left, top } = stage.getBoundingClientRect();
    const place = (point: Point) => ({ x: point.x - left, y: point.y - top });
    touch.add(place(from), place(to));
  }

  const surface = { element: () => picture, picture: () => frameSize(), screen: () => screen };
  const live = makeLivePointer({ surface, stream: focus.hand.stream, onTap: (at) => mark(at, at) });
  const commands = makeCommandPointer({
    surface,
    onGesture: (gesture) => focus.send(gesture),
    onTouch: mark,
  });
  const pointer = () => (focus.hand.isLive() ? live : commands);
  focus.hand.onRelease(() => live.release());
  onCleanup(() => commands.close());

  onMount(() => {
    const observer = new ResizeObserver(() => {
      props.onShownPx(Math.min(picture.clientWidth, picture.clientHeight) * devicePixelRatio);
    });
    observer.observe(picture);
    onCleanup(() => observer.disconnect());
  });

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
        isPhysical={props.isPhysical}
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
              event.preventDefault();
              if (focus.hindrance() === undefined) pointer().wheel(event);
            },
            { passive: false },
          );
        }}
        onPicture={(size, display) => {
          screen = display;
          setFrameSize(size);
          setPicture(true);
        }}
        onState={setState}
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
            pointer().down(event);
          },
          onPointerMove: (event) => pointer().move(event),
          onPointerUp(event) {
            live.up(event);
            commands.up(event);
          },
          onPointerCancel(event) {
            live.cancel(event);
            commands.release();
          },
          onMouseDown: (event) => event.preventDefault(),
          onContextMenu: (event) => event.preventDefault(),
        }}
      />
      <TouchMarks marks={touch.marks()} onEnd={(id) => touch.remove(id)} />
      <Show when={note()}>{(words) => <p class="stage-note">{words()}</p>}</Show>
      <Show when={waitingWords()}>{(words) => <p class="stage-words">{words()}</p>}</Show>
    </div>
  );
}

function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}
