import { createSignal, Show, type JSX } from "solid-js";
import { hindranceOf } from "../lease/hindrance.ts";
import { useLink } from "../link/use-link.ts";
import { useToasts } from "../toast/toasts.ts";
import { useFocus } from "./use-focus.ts";

/** For a phone that will not be back: an admin takes it off the wall. The wall hears of it like everybody else. */
export function ForgetBox(): JSX.Element {
  const link = useLink();
  const toasts = useToasts();
  const focus = useFocus();
  const [isAsking, setAsking] = createSignal(false);
  const [isWaiting, setWaiting] = createSignal(false);

  async function forget(): Promise<void> {
    setWaiting(true);
    const answer = await link.ask("device:remove", { device_id: focus.device().device_id });
    setWaiting(false);
    setAsking(false);
    if (!answer.ok) toasts.fault(answer.fault);
  }

  return (
    <fieldset class="row" disabled={hindranceOf(link) !== undefined || isWaiting()} title={hindranceOf(link)}>
      <Show
        when={isAsking()}
        fallback={
          <button type="button" class="button" onClick={() => setAsking(true)}>
            Forget this phone
          </button>
        }
      >
        <span class="grow">Forget it? It is new when a PC reports it again.</span>
        <button
          type="button"
          class="button primary"
          ref={(button) => queueMicrotask(() => button.focus())}
          onClick={() => void forget()}
        >
          Forget
        </button>
        <button type="button" class="button" onClick={() => setAsking(false)}>
          Keep it
        </button>
      </Show>
    </fieldset>
  );
}
