import { For, Show, type JSX } from "solid-js";
import type { AuditRow as Row } from "../../../protocol/audit.ts";
import { useLink } from "../link/use-link.ts";
import { Icon } from "../look/icon.tsx";
import { PlaceLink } from "../place-link.tsx";
import { labelOf } from "../wall/device-words.ts";
import { detailLines, momentWords, outcomeTone, subjectOf } from "./audit-words.ts";

/** One row of the trail: a line, and all of it when it is opened. */
export function AuditRow(props: { row: Row; onCopy: (rows: Row[]) => void }): JSX.Element {
  const link = useLink();
  const deviceWords = () => {
    const id = props.row.device_id;
    if (id === undefined) return "";
    const device = link.book.devices[id];
    return device === undefined ? id : labelOf(device);
  };
  return (
    <li>
      <details class="audit-row">
        <summary class="audit-line">
          <time class="audit-time" dateTime={props.row.at} title={props.row.at}>
            {momentWords(props.row.at)}
          </time>
          <span class="clip audit-actor" title={props.row.actor}>
            {props.row.actor}
          </span>
          <span class="clip audit-what">
            <span class="mono">{props.row.event}</span>
            <Show when={subjectOf(props.row)}>{(subject) => <span class="muted"> {subject()}</span>}</Show>
          </span>
          <span class="clip muted audit-device">{deviceWords()}</span>
          <span class={`badge audit-outcome ${outcomeTone(props.row.outcome)}`} title={props.row.outcome}>
            <span class="clip">{props.row.outcome}</span>
          </span>
        </summary>
        <div class="audit-details">
          <dl>
            <Line name="time" text={props.row.at} />
            <Line name="who" text={whoWords(props.row)} />
            <Line name="outcome" text={props.row.outcome} />
            <Show when={props.row.device_id}>
              {(deviceId) => (
                <>
                  <dt>device</dt>
                  <dd>
                    <PlaceLink to={{ page: "wall", deviceId: deviceId() }}>{deviceWords()}</PlaceLink>
                  </dd>
                </>
              )}
            </Show>
            <For each={detailLines(props.row.details)}>
              {(line) => <Line name={line.name.replaceAll("_", " ")} text={line.text} />}
            </For>
            <Line name="row" text={`${props.row.sequence}, ${props.row.event_id}`} />
            <Line name="hash" text={props.row.hash} />
          </dl>
          <button type="button" class="button" onClick={() => props.onCopy([props.row])}>
            <Icon name="copy" /> Copy as JSON
          </button>
        </div>
      </details>
    </li>
  );
}

/** What a terminal beside the relay did has no address. */
function whoWords({ actor, address }: Row): string {
  return address === "" ? actor : `${actor} from ${address}`;
}

function Line(props: { name: string; text: string }): JSX.Element {
  return (
    <>
      <dt>{props.name}</dt>
      <dd class="mono">{props.text}</dd>
    </>
  );
}
