import { createMemo, Match, Switch, type JSX } from "solid-js";
import type { FallbackReport, RelayLinkState } from "../../../protocol/engine.ts";
import { clockWords } from "../look/clock.ts";
import { faultWords } from "../toast/fault-words.ts";

/** What stands between this PC and the farm, and what to do about it. */
export function RelayNotice(props: {
  relay: RelayLinkState | undefined;
  fallback: FallbackReport | undefined;
  pcId: string;
  onRetry: () => void;
  onTakeOver: () => void;
}): JSX.Element {
  const fault = () => (props.relay?.kind === "refused" ? props.relay.fault : undefined);
  const other = () => (props.relay?.kind === "elsewhere" ? props.relay.pcId : undefined);
  const attempt = () => (props.relay?.kind === "connecting" ? props.relay.attempt : 0);
  /** Who was in and is kept out now was taken over. */
  const wasIn = createMemo<boolean>((wasIn) => wasIn || props.relay?.kind === "connected", false);
  return (
    <Switch>
      <Match when={fault()?.code === "FORBIDDEN"}>
        <div class="notice" classList={{ bad: !wasIn() }} role="alert">
          <span class="grow">
            {wasIn()
              ? `Another tab took over “${props.pcId}”, and this one let go of its phones. Close it, or take them back.`
              : `Another tab or PC is the worker “${props.pcId}” now. If it is another PC, give this one another name.`}
          </span>
          <button type="button" class="button" onClick={() => props.onTakeOver()}>
            {wasIn() ? "Take back" : "Take over"}
          </button>
        </div>
      </Match>
      <Match when={fault()}>
        {(fault) => (
          <div class="notice bad" role="alert">
            <span class="grow">{faultWords(fault())}</span>
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
      <Match when={props.fallback}>
        {(fallback) => (
          <div class="notice" role="status">
            {fallbackWords(fallback())}
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

function fallbackWords(fallback: FallbackReport): string {
  const away = `The relay is away since ${clockWords(fallback.sinceMs)}.`;
  return fallback.kind === "reporting"
    ? `${away} This PC reports the status of its phones through Supabase until it is back; they stay connected.`
    : `${away} Supabase cannot be told of the phones either (${fallback.reason}); it goes on by itself.`;
}
