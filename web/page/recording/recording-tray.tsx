import { For, Show, type JSX } from "solid-js";
import { useLink } from "../link/use-link.ts";
import { RecordingLine } from "./recording-line.tsx";

/** All recordings of this tab: those of devices that nobody looks at too. */
export function RecordingTray(): JSX.Element {
  const link = useLink();
  return (
    <Show when={link.recordings.entries.length > 0}>
      <section class="recording-tray card" aria-label="Recordings">
        <For each={link.recordings.entries}>{(entry) => <RecordingLine entry={entry} isNamed />}</For>
      </section>
    </Show>
  );
}
