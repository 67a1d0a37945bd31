import { createMemo, createSignal, onCleanup, onMount, Show, untrack, type JSX } from "solid-js";
import { deviceHindranceOf, shellHindranceOf } from "../lease/hindrance.ts";
import { LeaseBar } from "../lease/lease-bar.tsx";
import type { DeviceRecord } from "../link/device-book.ts";
import { useLink } from "../link/use-link.ts";
import { LatencyBox } from "../latency/latency-box.tsx";
import { Battery } from "../look/battery.tsx";
import { Icon } from "../look/icon.tsx";
import { createSetting, oneOf } from "../look/setting.ts";
import { PlaceLink } from "../place-link.tsx";
import { RecordButton, RecordingsHere } from "../recording/record-button.tsx";
import { createSound } from "../sound/create-sound.ts";
import { SoundBox } from "../sound/sound-box.tsx";
import { failureOf } from "../toast/fault-words.ts";
import { TogetherBar } from "../together/together-bar.tsx";
import { useTogether } from "../together/together.ts";
import { useToasts } from "../toast/toasts.ts";
import { commandWords } from "../wall/command-words.ts";
import { conditionOf, conditionTone, conditionWords, modelOf } from "../wall/device-words.ts";
import { CommandLog } from "./command-log.tsx";
import { CopiedText, createCopiedText } from "./copied-text.tsx";
import "./focus.css";
import { ForgetBox } from "./forget-box.tsx";
import { HandBar } from "./hand-bar.tsx";
import { KeyRow } from "./key-row.tsx";
import { createLiveHand } from "./live-hand.ts";
import { pressed, typed } from "./live-keys.ts";
import { createPictureChoice, PictureSelect } from "./picture-choice.tsx";
import { Screen } from "./screen.tsx";
import { ScreenshotBox } from "./screenshot-box.tsx";
import { ShellBox } from "./shell-box.tsx";
import { TypeBox } from "./type-box.tsx";
import { FocusContext, type FocusControl } from "./use-focus.ts";

/** One device, large and in the hand. */
export function FocusPanel(props: { device: DeviceRecord; onClose: () => void }): JSX.Element {
  const link = useLink();
  const toasts = useToasts();
  const picture = createPictureChoice();
  // The panel is made anew for another device.
  const sound = createSound(untrack(() => props.device.device_id));
  const condition = createMemo(() => conditionOf(props.device));
  const [heading, setHeading] = createSignal<HTMLElement>();
  const opener = document.activeElement;
  let panel!: HTMLElement;
  onMount(() => heading()?.focus({ preventScroll: true }));
  onCleanup(() => {
    // Closed from inside: the keyboard goes back to the tile it came from. Not when another tile was clicked.
    if (opener instanceof HTMLElement && panel.contains(document.activeElement)) {
      opener.focus({ preventScroll: true });
    }
  });

  async function tellFailure(sent: ReturnType<typeof link.send>): Promise<void> {
    const run = await sent.ended;
    const target = run.targets[0];
    if (run.fault !== undefined) toasts.fault(run.fault);
    else if (target?.status === "failed") {
      const { code, message } = failureOf(target.error ?? "failed");
      const words = `${commandWords(run)}: ${message}`;
      if (code === undefined) toasts.failure(words);
      else toasts.fault({ code, message: words });
    }
  }

  const [keyboard, setKeyboard] = createSetting("focus-keyboard", "text", oneOf(["text", "physical"]));
  const copied = createCopiedText((words) => toasts.note(words));
  const hindrance = () => deviceHindranceOf(link, props.device.device_id);
  const hand = createLiveHand({
    device: () => props.device,
    mayDrive: () => hindrance() === undefined && condition() !== "offline",
    followers: () => followers(),
    onEnded: (why) => toasts.failure(`Live control ended: ${why}`),
    onClipboard: (text) => void copied.offer(text, panel.contains(document.activeElement)),
  });

  const followers = useTogether().lead({
    deviceId: untrack(() => props.device.device_id),
    isLive: () => hand.isLive(),
    isPrivate: () => hand.isPrivate(),
  });

  const control: FocusControl = {
    device: () => props.device,
    send(order) {
      const sent = link.send({ ...order, deviceIds: [props.device.device_id] });
      void tellFailure(sent);
      return sent;
    },
    press(keyCode) {
      if (hand.isLive()) hand.stream.do(...pressed(keyCode));
      else control.send({ type: "keyevent", params: { keycode: keyCode } });
    },
    type(text) {
      // A command is for one device; what is done by hand happens on all of them.
      if (hand.isLive() && followers().length > 0) hand.stream.do(...typed(text));
      else control.send({ type: "text", params: { text } });
    },
    hand,
    hindrance,
    shellHindrance: () => control.hindrance() ?? shellHindranceOf(link),
  };

  return (
    <FocusContext.Provider value={control}>
      <section
        ref={(element) => {
          panel = element;
        }}
        class="focus"
        aria-label={`Focus on ${modelOf(props.device)}`}
        onKeyDown={(event) => {
          if (event.key === "Escape") props.onClose();
        }}
      >
        <header class="focus-head">
          <h2 tabindex="-1" class="clip" ref={setHeading}>
            {modelOf(props.device)}
          </h2>
          <span class={`badge ${conditionTone[condition()]}`}>{conditionWords[condition()]}</span>
          <span class="muted clip focus-facts">
            <Show when={props.device.android_version}>{(version) => <>Android {version()} · </>}</Show>
            {props.device.serial_number} · {props.device.pc_id}
          </span>
          <span class="grow" />
          <Battery level={props.device.battery_level} />
          <PictureSelect choice={picture} />
          <button
            type="button"
            class="button quiet icon"
            aria-label="Close focus"
            title="Close (Esc)"
            onClick={() => props.onClose()}
          >
            <Icon name="close" />
          </button>
        </header>
        <LeaseBar deviceId={props.device.device_id} />
        {/* Where there is no room for both, the focus covers the wall and what is above it. */}
        <TogetherBar onOpen={() => undefined} />
        <div class="focus-body">
          <div class="focus-screen">
            <Screen
              wish={picture.wish()}
              onShownPx={(px) => picture.setShownPx(px)}
              isPhysical={keyboard() === "physical"}
              onLeave={() => heading()?.focus({ preventScroll: true })}
            />
            <CopiedText copied={copied} isPrivate={hand.isPrivate()} />
            <KeyRow />
            <HandBar
              isPhysical={keyboard() === "physical"}
              onPhysical={(isPhysical) => setKeyboard(isPhysical ? "physical" : "text")}
            />
          </div>
          <div class="focus-tools">
            <section>
              <h3>Text</h3>
              <TypeBox />
            </section>
            <section>
              <h3>Shell</h3>
              <ShellBox />
            </section>
            <section>
              <h3>Picture</h3>
              <div class="row wraps picture-row">
                <ScreenshotBox />
                <RecordButton wish={picture.wish()} hasSound={sound.state() === "playing"} />
              </div>
              <RecordingsHere />
            </section>
            <section>
              <h3>Sound</h3>
              <SoundBox sound={sound} />
            </section>
            <section>
              <h3>Delay</h3>
              <LatencyBox />
            </section>
            <section>
              <h3 class="row">
                <span class="grow">Recent commands</span>
                <Show when={link.state.role === "admin"}>
                  <PlaceLink to={{ page: "audit", deviceId: props.device.device_id }}>Audit</PlaceLink>
                </Show>
              </h3>
              <CommandLog />
            </section>
            <Show when={link.state.role === "admin" && condition() === "offline"}>
              <section>
                <h3>Gone for good?</h3>
                <ForgetBox />
              </section>
            </Show>
          </div>
        </div>
      </section>
    </FocusContext.Provider>
  );
}
