import { Show, type JSX } from "solid-js";
import { useFocus } from "../focus/use-focus.ts";
import { Icon } from "../look/icon.tsx";
import type { Sound } from "./create-sound.ts";
import { canPlaySound } from "./sound-output.ts";
import "./sound.css";

/** Hears the phone in focus. */
export function SoundBox(props: { sound: Sound }): JSX.Element {
  const focus = useFocus();
  const words = () => {
    switch (props.sound.state()) {
      case "waiting":
        return "Waiting for the phone's sound…";
      case "none":
        return props.sound.reason() === undefined
          ? "This phone gives no sound. Android 11 or newer is needed, and on Android 11 an unlocked screen."
          : `This phone gives no sound: ${props.sound.reason()}.`;
      case "unplayable":
        return "This browser cannot play the phone's sound.";
      case "failed":
        return "This browser has no way to play sound.";
      default:
        return undefined;
    }
  };
  const hindrance = () => {
    if (!canPlaySound()) return "Sound needs a page on https or localhost, and a browser with WebCodecs";
    return focus.device().health_status === "offline" ? "The phone is not there" : undefined;
  };

  return (
    <>
      <div class="row">
        <button
          type="button"
          class="button"
          aria-pressed={props.sound.isOn()}
          disabled={hindrance() !== undefined && !props.sound.isOn()}
          title={hindrance() ?? "The phone itself is quiet meanwhile"}
          onClick={() => (props.sound.isOn() ? props.sound.stop() : void props.sound.start())}
        >
          <Icon name="sound" /> {props.sound.isOn() ? "Sound off" : "Sound on"}
        </button>
        <Show when={props.sound.state() === "playing"}>
          <button
            type="button"
            class="button quiet icon"
            aria-label="Mute"
            aria-pressed={props.sound.isMuted()}
            title={props.sound.isMuted() ? "Unmute" : "Mute"}
            onClick={() => props.sound.setMuted(!props.sound.isMuted())}
          >
            <Icon name={props.sound.isMuted() ? "muted" : "sound"} />
          </button>
          <input
            type="range"
            class="sound-volume"
            aria-label="Volume of the sound"
            min="0"
            max="1"
            step="0.05"
            value={props.sound.volume()}
            onInput={(event) => props.sound.setVolume(event.currentTarget.valueAsNumber)}
          />
        </Show>
      </div>
      <Show when={words()}>
        {(words) => (
          <p class="muted" role="status">
            {words()}
          </p>
        )}
      </Show>
    </>
  );
}
