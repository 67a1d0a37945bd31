import { createEffect, onCleanup, type JSX } from "solid-js";
import { useLink } from "../link/use-link.ts";
import { useToasts } from "../toast/toasts.ts";
import { labelOf } from "../wall/device-words.ts";

/** Says when a recording ended by itself, and keeps the tab from being closed over one that is not saved. */
export function RecordingNotices(): JSX.Element {
  const link = useLink();
  const toasts = useToasts();
  const isUnsaved = () =>
    link.recordings.entries.some(({ state, parts, isSaved }) =>
      state === "ended" ? parts.length > 0 && !isSaved : true,
    );

  createEffect(() =>
    onCleanup(
      link.onUse((report) => {
        if (report.type !== "recorded" || report.reason === undefined) return;
        const entry = link.recordings.entries.find(({ id }) => id === report.recordingId);
        const device = link.book.devices[entry?.deviceId ?? ""];
        toasts.failure(
          `The recording of ${device === undefined ? "a phone" : labelOf(device)} has ended: ${report.reason}`,
        );
      }),
    ),
  );

  createEffect(() => {
    if (!isUnsaved()) return;
    addEventListener("beforeunload", askBefore);
    onCleanup(() => removeEventListener("beforeunload", askBefore));
  });

  return undefined;
}

/** The browser asks in its own words. */
function askBefore(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
