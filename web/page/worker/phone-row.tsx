import { For, Show, type JSX } from "solid-js";
import type { Problem } from "../../../protocol/device-state.ts";
import type { DeviceReport } from "../../../protocol/engine.ts";
import { Battery } from "../look/battery.tsx";
import { Icon } from "../look/icon.tsx";
import { adviceOn } from "./advice.ts";
import { RecoveryLine } from "./recovery-line.tsx";
import { deviceWords, isRecovering, problemsOf } from "./state-words.ts";
import { StreamLine } from "./stream-line.tsx";

/** One phone of this PC: what it is, how it is, and what to do when something is wrong. */
export function PhoneRow(props: { device: DeviceReport; onRetry: () => void }): JSX.Element {
  const state = () => props.device.state;
  const held = () => {
    const now = state();
    return now.kind === "ready" || now.kind === "busy" ? now : undefined;
  };
  const identity = () => held()?.identity;
  const name = () => identity()?.model ?? props.device.productName;
  const words = () => deviceWords(state());
  const retryAtMs = () => {
    const now = state();
    return now.kind === "unclaimed" ? now.retryAtMs : undefined;
  };
  /** An unplugged phone can only be plugged in. */
  const canRetry = () =>
    state().kind !== "lost" && (state().kind === "unclaimed" || problemsOf(state()).some(isWorthTrying));

  return (
    <li class="phone" aria-label={`${name()} ${props.device.serialNumber}`}>
      <div class="phone-line">
        <span class="phone-name">
          <strong>{name()}</strong>
          <span class="muted clip">
            {identity()?.manufacturer ?? props.device.manufacturerName}
            {" · "}
            <span class="mono">{props.device.serialNumber}</span>
          </span>
        </span>
        <span class={`badge ${words().tone}`}>{words().text}</span>
        <span class="phone-facts muted">
          <Show when={identity()}>
            {(identity) => (
              <>
                <span>Android {identity().androidVersion}</span>
                <span>
                  {identity().screen.width} × {identity().screen.height}
                </span>
                <Battery level={held()?.batteryLevel} />
              </>
            )}
          </Show>
          <Show when={props.device.stream} fallback={<Show when={identity()}>not watched</Show>}>
            {(stream) => <StreamLine stream={stream()} />}
          </Show>
        </span>
        <Show when={canRetry()}>
          <button
            type="button"
            class="button"
            aria-label={`Try ${name()} again`}
            onClick={() => props.onRetry()}
          >
            <Icon name="retry" /> Try again
          </button>
        </Show>
      </div>
      <RecoveryLine state={state()} recovery={props.device.recovery} />
      <For each={problemsOf(state())}>
        {(problem) => (
          <div class="phone-problem" role="status">
            <strong>{adviceOn[problem.code].title}</strong>
            <Show
              when={isRecovering(state())}
              fallback={
                <ol>
                  <For each={adviceOn[problem.code].steps}>{(step) => <Step words={step} />}</For>
                </ol>
              }
            >
              <p>Nothing to do yet: what is marked above is tried by itself.</p>
            </Show>
            <Show when={retryAtMs() !== undefined && !isRecovering(state())}>
              <p class="muted">It is tried again by itself.</p>
            </Show>
            <Show when={problem.detail}>
              {(detail) => (
                <details>
                  <summary>What the system said</summary>
                  <code class="mono">
                    {problem.code}: {detail()}
                  </code>
                </details>
              )}
            </Show>
          </div>
        )}
      </For>
    </li>
  );
}

/** Trying again makes no phone faster, and no Android where there is none. */
function isWorthTrying({ code }: Problem): boolean {
  return code !== "SLOW" && code !== "NOT_ANDROID" && code !== "BOOTING";
}

/** What stands between backticks is to be typed as it is. */
function Step(props: { words: string }): JSX.Element {
  const parts = () => props.words.split("`");
  return (
    <li>
      <For each={parts()}>
        {(part, index) => (
          <Show when={index() % 2 === 1} fallback={part}>
            <code class="mono">{part}</code>
          </Show>
        )}
      </For>
    </li>
  );
}
