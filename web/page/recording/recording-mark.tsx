import { Show, type JSX } from "solid-js";
import { useLink } from "../link/use-link.ts";
import { durationWords } from "./duration-words.ts";
import { recordingWords } from "./recording-words.ts";
import "./recording.css";

/** On a tile: that the device is recorded, and for how long. */
export function RecordingMark(props: { deviceId: string }): JSX.Element {
  const link = useLink();
  return (
    <Show when={link.recordings.of(props.deviceId)}>
      {(entry) => (
        <span class="recording-mark" title={`Recording: ${recordingWords(entry())}`}>
          <span class="recording-dot running" aria-hidden="true" />
          <span class="visually-hidden">Recording </span>
          {durationWords(entry().progress.seconds)}
        </span>
      )}
    </Show>
  );
}
