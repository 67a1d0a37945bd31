import { Match, Switch, type JSX } from "solid-js";
import { Icon } from "../look/icon.tsx";

export type Emptiness = "listing" | "no-workers" | "no-devices" | "no-match";

export function EmptyWall(props: { why: Emptiness; onClearFilter: () => void }): JSX.Element {
  return (
    <Switch>
      <Match when={props.why === "listing"}>
        <p class="empty muted" role="status">
          Asking the relay for its devices…
        </p>
      </Match>
      <Match when={props.why === "no-workers"}>
        <div class="empty">
          <Icon name="desk" size={34} />
          <h2>No PC is connected yet</h2>
          <ol>
            <li>On the PC that the phones are plugged into, open Chrome.</li>
            <li>
              Open the <code class="mono">/worker</code> link that the relay printed when it started.
            </li>
            <li>Press “Start”, then “Add a phone”.</li>
          </ol>
          <p class="muted">This wall fills by itself.</p>
        </div>
      </Match>
      <Match when={props.why === "no-devices"}>
        <div class="empty">
          <Icon name="phone" size={34} />
          <h2>No phones yet</h2>
          <p>
            A worker is known, but it reports no phone. Plug one in with USB debugging turned on, and press
            “Add a phone” in its worker tab.
          </p>
        </div>
      </Match>
      <Match when={props.why === "no-match"}>
        <div class="empty">
          <Icon name="search" size={34} />
          <h2>No device matches the filter</h2>
          <button type="button" class="button" onClick={() => props.onClearFilter()}>
            Show all
          </button>
        </div>
      </Match>
    </Switch>
  );
}
