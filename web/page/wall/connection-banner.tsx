import { Match, Show, Switch, type JSX } from "solid-js";
import type { FallbackState } from "../fallback/fallback.ts";
import { createClock } from "../look/clock.ts";
import { useLink } from "../link/use-link.ts";
import { ageWords } from "./device-words.ts";

/**
 * Says that the picture below is old, since when, and when it is tried again. A connection that is back at the first quick
 * tries is only the pill's matter: a banner would push the whole wall down and up again.
 */
export function ConnectionBanner(): JSX.Element {
  const link = useLink();
  const now = createClock(1000);
  const connection = () => link.state.connection;
  const down = () => {
    const now = connection();
    return now.kind === "down" ? now : undefined;
  };
  const refusal = () => {
    const now = connection();
    return now.kind === "refused" ? now.fault.message : undefined;
  };

  return (
    <Switch>
      <Match when={refusal()}>
        {(message) => (
          <div class="notice bad" role="alert">
            The relay refused this dashboard: {message()}
          </div>
        )}
      </Match>
      <Match when={down()}>
        {(down) => (
          <div class="notice" classList={{ bad: link.state.fallback.kind !== "live" }}>
            <span role="alert">
              {lossWords(link.state.fallback, down().sinceMs, link.state.isListed)}
              <Show when={down().fault}>
                {(fault) => <> The relay says: {fault().message}. It is asked again by itself.</>}
              </Show>
            </span>
            <span class="grow">Next try in {ageWords(down().nextTryAtMs - now())}.</span>
            <button type="button" class="button" onClick={() => link.retry()}>
              Try now
            </button>
          </div>
        )}
      </Match>
      <Match when={connection().kind === "connected"}>
        <Show when={link.state.stream.kind === "down" || link.state.stream.kind === "refused"}>
          <div class="notice" role="status">
            Pictures are not connected; commands still work.
          </div>
        </Show>
      </Match>
    </Switch>
  );
}

function lossWords(fallback: FallbackState, sinceMs: number, isListed: boolean): string {
  const since = `since ${new Date(sinceMs).toLocaleTimeString()}`;
  if (fallback.kind === "live") {
    return `Fallback: status only, ${since}. Pictures are old, and commands wait for the relay.`;
  }
  const trouble = fallback.kind === "failing" ? ` Supabase does not show it either: ${fallback.reason}.` : "";
  return `Not connected ${since}${isListed ? " — showing the last known state." : "."}${trouble}`;
}
