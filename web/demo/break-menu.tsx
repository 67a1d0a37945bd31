import { For, Show, type JSX } from "solid-js";
import { faultTable, isFaultName } from "../../phone/fault-table.ts";
import type { Fault } from "../../phone/fault.ts";
import type { DeskPhoneState } from "../../phone/thread-messages.ts";
import type { DeskLink } from "./desk-link.ts";

/** Every fault with each value that is offered, as it would be typed and as it is read. */
const offers = Object.entries(faultTable).flatMap(([name, { label, value }]) =>
  (value?.offers ?? [[undefined, ""]]).map(([given, hint]) => ({
    words: given === undefined ? name : `${name} ${given}`,
    label: hint === "" ? label : `${label}: ${hint}`,
  })),
);

function faultOf(words: string): Fault | undefined {
  const [name = "", value] = words.split(" ");
  return isFaultName(name) ? faultTable[name].make(value) : undefined;
}

/** What can be made to go wrong with a phone, and what has. */
export function BreakMenu(props: { phone: DeskPhoneState; link: DeskLink }): JSX.Element {
  const labels = (): string[] => props.phone.faults.map((name) => faultTable[name].label);

  function choose(select: HTMLSelectElement): void {
    const fault = faultOf(select.value);
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
        <For each={offers}>{({ words, label }) => <option value={words}>{label}</option>}</For>
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
