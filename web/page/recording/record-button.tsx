import { For, Show, type JSX } from "solid-js";
import { useFocus } from "../focus/use-focus.ts";
import { useLink } from "../link/use-link.ts";
import { Icon } from "../look/icon.tsx";
import { RecordingLine } from "./recording-line.tsx";

/** Small text can still be read in it. */
const leastShortEdge = 720;

/** Begins a recording of the device in focus. */
export function RecordButton(props: {
  /** What is shown now: a recording asks for no less, so that it goes on in one size when the focus is closed. */
  wish: { shortEdge: number; fps: number };
  hasSound: boolean;
}): JSX.Element {
  const link = useLink();
  const focus = useFocus();
  const deviceId = () => focus.device().device_id;
  const isOffline = () => focus.device().health_status === "offline";

  function begin(): void {
    const { shortEdge, fps } = props.wish;
    const wish = { shortEdge: Math.max(shortEdge, leastShortEdge), fps, sound: props.hasSound };
    link.recordings.start(deviceId(), wish);
  }

  return (
    <Show when={link.recordings.of(deviceId()) === undefined}>
      <button
        type="button"
        class="button record"
        disabled={isOffline()}
        title={isOffline() ? "The phone is not there" : "Record the screen as MP4"}
        onClick={begin}
      >
        <Icon name="record" /> Record
      </button>
    </Show>
  );
}

/** The recordings of the device in focus. */
export function RecordingsHere(): JSX.Element {
  const link = useLink();
  const focus = useFocus();
  const entries = () =>
    link.recordings.entries.filter((entry) => entry.deviceId === focus.device().device_id);
  return <For each={entries()}>{(entry) => <RecordingLine entry={entry} />}</For>;
}
