import { createSignal, Show, type JSX } from "solid-js";
import { fileNameOf } from "../file/file-name.ts";
import { Icon } from "../look/icon.tsx";
import { screenshotOf, type Screenshot } from "../wall/command-result.ts";
import { labelOf, modelOf } from "../wall/device-words.ts";
import { useFocus } from "./use-focus.ts";

interface Shot {
  image: Screenshot;
  takenAtMs: number;
}

/** A PNG of the display at full size: seen small, kept large. */
export function ScreenshotBox(): JSX.Element {
  const focus = useFocus();
  const [shot, setShot] = createSignal<Shot>();
  const [isTaking, setTaking] = createSignal(false);

  async function take(): Promise<void> {
    setTaking(true);
    const run = await focus.send({ type: "screenshot" }).ended;
    setTaking(false);
    const image = screenshotOf("screenshot", run.targets[0]?.result);
    if (image !== undefined) setShot({ image, takenAtMs: Date.now() });
  }

  return (
    <div class="shot">
      <button
        type="button"
        class="button"
        aria-label="Screenshot"
        aria-busy={isTaking()}
        disabled={isTaking() || focus.hindrance() !== undefined}
        title={focus.hindrance()}
        onClick={() => void take()}
      >
        <Icon name="camera" /> {isTaking() ? "Taking…" : "Screenshot"}
      </button>
      <Show when={shot()}>
        {(shot) => (
          <figure>
            <img src={shot().image.url} alt={`Screenshot of ${modelOf(focus.device())}`} />
            <figcaption>
              <Show when={shot().image.size}>
                {(size) => (
                  <span class="muted">
                    {size().width} × {size().height}
                  </span>
                )}
              </Show>
              <a
                class="button"
                href={shot().image.url}
                download={fileNameOf(labelOf(focus.device()), shot().takenAtMs, shot().image.extension)}
              >
                <Icon name="download" /> Download
              </a>
              <button type="button" class="button quiet" onClick={() => setShot(undefined)}>
                Discard
              </button>
            </figcaption>
          </figure>
        )}
      </Show>
    </div>
  );
}
