import { Match, Switch, type JSX } from "solid-js";
import type { RelayLinkState } from "../../../protocol/engine.ts";
import { adviceFor } from "../toast/fault-words.ts";

/** What stands between this PC and the farm, and what to do about it. */
export function RelayNotice(props: { relay: RelayLinkState | undefined; onRetry: () => void }): JSX.Element {
  const fault = () => (props.relay?.kind === "refused" ? props.relay.fault : undefined);
  const other = () => (props.relay?.kind === "elsewhere" ? props.relay.pcId : undefined);
  const attempt = () => (props.relay?.kind === "connecting" ? props.relay.attempt : 0);
  return (
    <Switch>
      <Match when={fault()}>
        {(fault) => (
          <div class="notice bad" role="alert">
            <span class="grow">
              {fault().message}{" "}
              {fault().code === "FORBIDDEN"
                ? "If another PC has this name, give this one another name."
                : adviceFor(fault())}
            </span>
            <button type="button" class="button" onClick={() => props.onRetry()}>
              Try again
            </button>
          </div>
        )}
      </Match>
      <Match when={other()}>
        {(pcId) => (
          <div class="notice" role="alert">
            Another tab of this browser is already the worker “{pcId()}”. This one takes over when that one
            closes.
          </div>
        )}
      </Match>
      <Match when={attempt() > 1}>
        <div class="notice" role="status">
          The relay does not answer (try {attempt()}). The phones stay connected; it goes on by itself.
        </div>
      </Match>
    </Switch>
  );
}
