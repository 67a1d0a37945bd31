import { For, Show, type JSX } from "solid-js";
import { faultTable, isFaultName } from "../../phone/fault-table.ts";
import type { DeskPhoneState } from "../../phone/thread-messages.ts";
import type { DeskLink } from "./desk-link.ts";

/** What can be made to go wrong with a phone, and what has. */
export function BreakMenu(props: { phone: DeskPhoneState; link: DeskLink }): JSX.Element {
  const labels = (): string[] => props.phone.faults.map((name) => faultTable[name].label);

  function choose(select: HTMLSelectElement): void {
    const fault = isFaultName(select.value) ? faultTable[select.value].make(undefined) : undefined;
    // The menu's face stays "Break…": what is wrong stands below it.
    select.selectedIndex = 0;
    if (fault !== undefined) props.link.break(props.phone.serial, fault);
  }

  return (
    <>
      <select
        class="desk-break"
        aria-label={`Break ${props.phone.model}`}
        title="Make something go wrong, and see what worker and dashboard do about it"
        onChange={(event) => choose(event.currentTarget)}
      >
        <option>Break…</option>
        <For each={Object.entries(faultTable)}>
          {([name, { label }]) => <option value={name}>{label}</option>}
        </For>
      </select>
      <Show when={labels().length > 0}>
        <div class="desk-trouble">
          <For each={labels()}>{(label) => <span>{label}</span>}</For>
          <button
            type="button"
            aria-label={`Mend ${props.phone.model}`}
            onClick={() => props.link.mend(props.phone.serial)}
          >
            Mend
          </button>
        </div>
      </Show>
    </>
  );
}
