import { createSignal, Show, type JSX } from "solid-js";
import type { EngineReport } from "../../../protocol/engine.ts";
import { isPcId } from "./pc-id.ts";
import { rateWords, relayWords } from "./state-words.ts";
import { wakeLockWords, type WakeLockState } from "./wake-lock.ts";

/** This PC: its name, whether it works, and what goes through it. */
export function PcCard(props: {
  pcId: string;
  isStarted: boolean;
  report: EngineReport | undefined;
  wakeLock: WakeLockState;
  onStart: (pcId: string) => void;
  onStop: () => void;
  mayReboot: boolean;
  onMayReboot: (mayReboot: boolean) => void;
}): JSX.Element {
  const [draft, setDraft] = createSignal<string>();
  const name = () => draft() ?? props.pcId;
  const isChanged = () => name() !== props.pcId;
  const relay = () => relayWords(props.isStarted ? props.report?.relay : undefined);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    if (!isPcId(name())) return;
    props.onStart(name());
    setDraft(undefined);
  }

  return (
    <section class="pc card" aria-label="This PC">
      <form class="pc-form" onSubmit={submit}>
        <label for="pc-id">Name of this PC</label>
        <div class="row">
          <input
            id="pc-id"
            class="field mono"
            autocomplete="off"
            spellcheck={false}
            value={name()}
            aria-invalid={!isPcId(name())}
            onInput={(event) => setDraft(event.currentTarget.value.trim())}
          />
          <Show
            when={props.isStarted}
            fallback={
              <button type="submit" class="button primary" disabled={!isPcId(name())}>
                Start
              </button>
            }
          >
            <Show when={isChanged()}>
              <button type="submit" class="button primary" disabled={!isPcId(name())}>
                Rename
              </button>
            </Show>
            <button type="button" class="button" onClick={() => props.onStop()}>
              Stop
            </button>
          </Show>
        </div>
        <Show when={!isPcId(name())}>
          <p class="pc-invalid" role="alert">
            1 to 64 letters, digits, dots, dashes or underscores.
          </p>
        </Show>
        <label class="pc-reboot">
          <input
            type="checkbox"
            checked={props.mayReboot}
            onChange={(event) => props.onMayReboot(event.currentTarget.checked)}
          />
          May reboot a phone that stays stuck
        </label>
      </form>
      <dl class="pc-facts">
        <div>
          <dt>Relay</dt>
          <dd>
            <span class={`badge ${relay().tone}`} role="status">
              {relay().text}
            </span>
          </dd>
        </div>
        <div>
          <dt>Pictures</dt>
          <dd>
            {(props.report?.throughput.framesPerSecond ?? 0).toFixed(1)} fps ·{" "}
            {rateWords(props.report?.throughput.bytesPerSecond ?? 0)}
          </dd>
        </div>
        <div>
          <dt>Commands</dt>
          <dd>
            {props.report?.throughput.commandsCompleted ?? 0} done ·{" "}
            {props.report?.throughput.commandsFailed ?? 0} failed
          </dd>
        </div>
        <div>
          <dt>Screen</dt>
          <dd>{wakeLockWords[props.wakeLock]}</dd>
        </div>
      </dl>
    </section>
  );
}
