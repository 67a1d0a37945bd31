import { For, Show, type JSX } from "solid-js";
import { recoveryRungs, type DeviceState, type RecoveryRung } from "../../../protocol/device-state.ts";
import type { RecoveryReport } from "../../../protocol/engine.ts";
import { rungWords, takenWords } from "./recovery-words.ts";

/** How a phone that stopped answering is got back: the rungs while it climbs, afterwards what it took. */
export function RecoveryLine(props: { state: DeviceState; recovery: RecoveryReport }): JSX.Element {
  const rung = () => ("rung" in props.state ? props.state.rung : undefined);
  const skipped = (of: RecoveryRung) => props.recovery.skipped[of];
  return (
    <>
      <Show when={rung()}>
        {(present) => (
          <ol class="ladder" aria-label="What is tried">
            <For each={recoveryRungs}>
              {(of) => (
                <li
                  class="rung"
                  classList={{ past: isPast(of, present()), skipped: skipped(of) !== undefined }}
                  aria-current={of === present() ? "step" : undefined}
                >
                  {rungWords[of].name}
                  <Show when={skipped(of)}>{(why) => <span class="rung-why">left out: {why()}</span>}</Show>
                </li>
              )}
            </For>
          </ol>
        )}
      </Show>
      <Show when={takenWords(props.recovery)}>{(words) => <p class="recovered muted">{words()}</p>}</Show>
    </>
  );
}

function isPast(rung: RecoveryRung, present: RecoveryRung): boolean {
  return recoveryRungs.indexOf(rung) < recoveryRungs.indexOf(present);
}
