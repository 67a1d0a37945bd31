import { Show, type JSX } from "solid-js";
import "./battery.css";

/** Percent, with a bar; nothing while it is not known. */
export function Battery(props: { level: number | undefined }): JSX.Element {
  return (
    <Show when={props.level !== undefined}>
      <span
        class="battery"
        classList={{ low: (props.level ?? 0) <= 15 }}
        title={`Battery ${Math.round(props.level ?? 0)} %`}
      >
        <span class="battery-cell" aria-hidden="true">
          <span style={{ width: `${props.level ?? 0}%` }} />
        </span>
        {Math.round(props.level ?? 0)}%
      </span>
    </Show>
  );
}
