import { For, Show, type JSX } from "solid-js";
import { recoveryRungs, type DeviceState, type RecoveryRung } from "../../../protocol/device-state.ts";
import type { RecoveryReport } from "../../../protocol/engine.ts";
import { rungWords, takenWords } from "./recovery-words.ts";
import { rungOf } from "./state-words.ts";

/** How a phone that stopped answering is got back: the rungs while it climbs, afterwards what it took. */
export function RecoveryLine(props: { state: DeviceState; recovery: RecoveryReport }): JSX.Element {
  const skipped = (of: RecoveryRung) => props.recovery.skipped[of];
  const count = (of: RecoveryRung) => props.recovery.taken[of];
  return (
    <Show
      when={rungOf(props.state)}
      fallback={
        <Show when={takenWords(props.recovery)}>{(words) => <p class="recovered muted">{words()}</p>}</Show>
      }
    >
      {(present) => (
        <ol class="ladder" aria-label="What is tried">
          <For each={recoveryRungs}>
            {(of) => (
              <li
                class="rung"
                classList={{ failed: skipped(of) === undefined && isBefore(of, present()) }}
                aria-current={of === present() ? "step" : undefined}
              >
                {rungWords[of].name}
                <Show when={count(of)}>{(count) => <span class="rung-note">{count()}×</span>}</Show>
                <Show when={skipped(of)}>{(why) => <span class="rung-note">left out: {why()}</span>}</Show>
              </li>
            )}
          </For>
        </ol>
      )}
    </Show>
  );
}

function isBefore(rung: RecoveryRung, present: RecoveryRung): boolean {
  return recoveryRungs.indexOf(rung) < recoveryRungs.indexOf(present);
}
