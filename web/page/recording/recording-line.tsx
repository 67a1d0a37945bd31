import { createSignal, Show, type JSX } from "solid-js";
import { useLink } from "../link/use-link.ts";
import { Icon } from "../look/icon.tsx";
import { useToasts } from "../toast/toasts.ts";
import { labelOf } from "../wall/device-words.ts";
import { recordingWords } from "./recording-words.ts";
import type { RecordingEntry } from "./recordings.ts";
import { saveRecording } from "./save-recording.ts";
import "./recording.css";

/** A recording that runs, to be stopped, or one that has ended, to be saved. */
export function RecordingLine(props: { entry: RecordingEntry; isNamed?: boolean }): JSX.Element {
  const link = useLink();
  const toasts = useToasts();
  const [isSaving, setSaving] = createSignal(false);
  const label = () => {
    const device = link.book.devices[props.entry.deviceId];
    return device === undefined ? "phone" : labelOf(device);
  };
  const isEnded = () => props.entry.state === "ended";

  async function save(): Promise<void> {
    setSaving(true);
    try {
      await saveRecording(props.entry, label());
      link.recordings.markSaved(props.entry.id);
    } catch (error) {
      toasts.failure(`It could not be saved: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      setSaving(false);
    }
  }

  return (
    <div class="recording" role="group" aria-label={`Recording of ${label()}`}>
      <span class="recording-dot" classList={{ running: !isEnded() }} aria-hidden="true" />
      <div class="grow">
        <Show when={props.isNamed}>
          <div class="clip">{label()}</div>
        </Show>
        <div
          class="recording-words"
          title="A new file begins when the picture changes its size, as when the phone is turned"
        >
          {recordingWords(props.entry)}
        </div>
        <Show when={props.entry.reason}>
          {(reason) => <div class="recording-reason">Ended: {reason()}</div>}
        </Show>
      </div>
      <Show
        when={isEnded()}
        fallback={
          <button
            type="button"
            class="button"
            disabled={props.entry.state === "ending"}
            onClick={() => link.recordings.stop(props.entry.id)}
          >
            <Icon name="stop" /> Stop
          </button>
        }
      >
        <Show when={props.entry.parts.length > 0}>
          <button
            type="button"
            class="button"
            classList={{ primary: !props.entry.isSaved }}
            disabled={isSaving()}
            aria-busy={isSaving()}
            onClick={() => void save()}
          >
            <Icon name="download" /> {props.entry.isSaved ? "Save again" : "Save"}
          </button>
        </Show>
        <button
          type="button"
          class="button quiet icon"
          aria-label="Discard recording"
          title="Discard"
          onClick={() => link.recordings.forget(props.entry.id)}
        >
          <Icon name="close" />
        </button>
      </Show>
    </div>
  );
}
