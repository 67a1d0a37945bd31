import { For, Show, type JSX } from "solid-js";
import { auditKinds, auditRanges, type AuditFilter } from "./audit-filter.ts";

/** Who, which device, what and when. Each change is a search. */
export function AuditFilterForm(props: {
  filter: AuditFilter;
  actors: string[];
  devices: string[];
  /** What the device's field says names no device. */
  isDeviceUnknown: boolean;
  onChange: (change: Partial<AuditFilter>) => void;
}): JSX.Element {
  return (
    <form class="audit-filter" role="search" aria-label="Filter" onSubmit={(event) => event.preventDefault()}>
      <Labelled words="Who">
        <input
          class="field"
          list="audit-actors"
          placeholder="Anybody"
          autocomplete="off"
          value={props.filter.actor}
          onChange={(event) => props.onChange({ actor: event.currentTarget.value })}
        />
      </Labelled>
      <Labelled words="Device">
        <input
          class="field"
          list="audit-devices"
          placeholder="Any"
          autocomplete="off"
          value={props.filter.device}
          aria-invalid={props.isDeviceUnknown}
          onChange={(event) => props.onChange({ device: event.currentTarget.value })}
        />
      </Labelled>
      <Labelled words="What">
        <select
          class="field"
          value={props.filter.pattern}
          onChange={(event) => props.onChange({ pattern: event.currentTarget.value })}
        >
          <For each={auditKinds}>{(kind) => <option value={kind.pattern}>{kind.words}</option>}</For>
        </select>
      </Labelled>
      <Labelled words="When">
        <select
          class="field"
          value={props.filter.range}
          onChange={(event) =>
            props.onChange({ range: auditRanges[event.currentTarget.selectedIndex]?.name ?? "any" })
          }
        >
          <For each={auditRanges}>{(range) => <option value={range.name}>{range.words}</option>}</For>
        </select>
      </Labelled>
      <Show when={props.filter.range === "between"}>
        <For each={["from", "until"] as const}>
          {(end) => (
            <Labelled words={end === "from" ? "From" : "Until"}>
              <input
                class="field"
                type="datetime-local"
                value={props.filter[end]}
                onChange={(event) => props.onChange({ [end]: event.currentTarget.value })}
              />
            </Labelled>
          )}
        </For>
      </Show>
      <datalist id="audit-actors">
        <For each={props.actors}>{(actor) => <option value={actor} />}</For>
      </datalist>
      <datalist id="audit-devices">
        <For each={props.devices}>{(device) => <option value={device} />}</For>
      </datalist>
    </form>
  );
}

function Labelled(props: { words: string; children: JSX.Element }): JSX.Element {
  return (
    <label class="audit-field">
      <span class="muted">{props.words}</span>
      {props.children}
    </label>
  );
}
