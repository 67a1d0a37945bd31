import { createSignal, Show, type JSX } from "solid-js";
import { Icon } from "../look/icon.tsx";

/** What was copied on the phone and waits to be taken over; the newest only. */
export function createCopiedText(onDone: (words: string) => void) {
  const [text, setText] = createSignal<string>();
  return {
    text,
    /** Onto the computer's clipboard by itself where the browser lets it and the person is at the phone, else with a click. */
    async offer(copied: string, isAtPhone: boolean): Promise<void> {
      if (copied === "") return;
      setText(copied);
      if (isAtPhone && document.hasFocus() && (await isWritten(copied))) {
        if (text() !== copied) return;
        setText(undefined);
        onDone("Copied from the phone");
      }
    },
    async take(): Promise<void> {
      const copied = text();
      if (copied === undefined) return;
      if (!(await isWritten(copied)) && !isCopiedOldWay(copied)) return;
      setText(undefined);
      onDone("Copied from the phone");
    },
    drop: () => setText(undefined),
  };
}

export function CopiedText(props: {
  copied: ReturnType<typeof createCopiedText>;
  isPrivate: boolean;
}): JSX.Element {
  return (
    <Show when={props.copied.text()}>
      {(text) => (
        <div class="copied row" role="status">
          <span class="grow clip">
            The phone copied {props.isPrivate ? `${text().length} characters` : `“${text().slice(0, 60)}”`}
          </span>
          <button type="button" class="button" onClick={() => void props.copied.take()}>
            <Icon name="copy" /> Copy here
          </button>
          <button
            type="button"
            class="button quiet icon"
            aria-label="Leave what the phone copied"
            title="Leave it"
            onClick={() => props.copied.drop()}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </Show>
  );
}

/** Not on plain http, where a page has no clipboard, and not where the person said no. */
async function isWritten(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Needs a click, and works everywhere. */
function isCopiedOldWay(text: string): boolean {
  const box = document.createElement("textarea");
  box.value = text;
  box.style.position = "fixed";
  box.style.opacity = "0";
  document.body.append(box);
  const before = document.activeElement;
  box.select();
  try {
    // The only way there is on plain http.
    // oxlint-disable-next-line typescript/no-deprecated
    return document.execCommand("copy");
  } finally {
    box.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
}
