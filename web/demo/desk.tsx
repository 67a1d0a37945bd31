import { createSignal, For, onMount, Show, type JSX } from "solid-js";
import type { DeskPhoneState } from "../../phone/thread-messages.ts";
import { BreakMenu } from "./break-menu.tsx";
import type { DeskLink } from "./desk-link.ts";
import "./desk.css";

/** Where the virtual phones lie: each with its own screen, which can be touched, and its cable. */
export function Desk(props: { link: DeskLink }): JSX.Element {
  return (
    <section class="desk" aria-label="Desk with virtual phones">
      <For each={props.link.phones}>{(phone) => <PhoneOnDesk phone={phone} link={props.link} />}</For>
    </section>
  );
}

function PhoneOnDesk(props: { phone: DeskPhoneState; link: DeskLink }): JSX.Element {
  let canvas: HTMLCanvasElement | undefined;
  const [isTouched, setTouched] = createSignal(false);
  const isLandscape = (): boolean => props.phone.rotation % 2 === 1;
  const width = (): number =>
    isLandscape() ? props.phone.naturalSize.height : props.phone.naturalSize.width;
  const height = (): number =>
    isLandscape() ? props.phone.naturalSize.width : props.phone.naturalSize.height;
  // Not before it is in the document: Chrome drops what a detached canvas is drawn, and a still screen draws once.
  onMount(() => {
    if (canvas) props.link.show(props.phone.serial, canvas.transferControlToOffscreen());
  });

  function touch(
    action: "down" | "move" | "up" | "cancel",
    event: PointerEvent & { currentTarget: HTMLCanvasElement },
  ): void {
    if (action !== "down" && !isTouched()) return;
    if (action === "down") event.currentTarget.setPointerCapture(event.pointerId);
    setTouched(action === "down" || action === "move");
    const box = event.currentTarget.getBoundingClientRect();
    props.link.touch(props.phone.serial, {
      action,
      id: event.pointerId,
      x: ((event.clientX - box.left) / box.width) * width(),
      y: ((event.clientY - box.top) / box.height) * height(),
    });
  }

  return (
    <div
      class="desk-phone"
      role="group"
      aria-label={`On the desk: ${props.phone.model}, ${props.phone.serial}`}
      classList={{ unplugged: !props.phone.isPlugged, asking: props.phone.isAsking }}
    >
      <div class="desk-body">
        <canvas
          ref={(element) => (canvas = element)}
          class="desk-screen"
          classList={{ landscape: isLandscape() }}
          style={{ "--width": width(), "--height": height() }}
          aria-label={`The phone's own screen: ${props.phone.model}`}
          data-touches={JSON.stringify(props.phone.touches)}
          onPointerDown={(event) => touch("down", event)}
          onPointerMove={(event) => touch("move", event)}
          onPointerUp={(event) => touch("up", event)}
          onPointerCancel={(event) => touch("cancel", event)}
        />
        <Show when={props.phone.isAsking}>
          <button
            type="button"
            class="desk-allow"
            aria-label={`Tap “Allow” on ${props.phone.model}`}
            title="It asks whether this computer may debug it: tap “Allow” on its screen, or here"
            onClick={() => props.link.allow(props.phone.serial)}
          >
            Tap “Allow”
          </button>
        </Show>
      </div>
      <div class="desk-cable" aria-hidden="true" />
      <p class="desk-name" title={props.phone.model}>
        {props.phone.model}
      </p>
      <div class="desk-buttons">
        <button
          type="button"
          aria-label={`${props.phone.isPlugged ? "Unplug" : "Plug in"} ${props.phone.model}`}
          onClick={() => props.link.setPlugged(props.phone.serial, !props.phone.isPlugged)}
        >
          {props.phone.isPlugged ? "Unplug" : "Plug in"}
        </button>
        <button
          type="button"
          aria-label={`Turn ${props.phone.model}`}
          title="Turn it on its side, or back"
          onClick={() => props.link.turn(props.phone.serial)}
        >
          ↻
        </button>
      </div>
      <BreakMenu phone={props.phone} link={props.link} />
    </div>
  );
}
