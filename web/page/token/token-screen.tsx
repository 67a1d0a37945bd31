import { createSignal, Show, type JSX } from "solid-js";
import type { Fault } from "../../../protocol/fault.ts";
import type { Session } from "../session/session.ts";
import { SignIn } from "../session/sign-in.tsx";
import { TopBar } from "../look/top-bar.tsx";
import "./token.css";

/** Asks for what the printed link carries, when there is none or the relay refused it. */
export function TokenScreen(props: {
  where: string;
  /** How the link that the relay printed ends. */
  linkEnd: string;
  /** What may be pasted. */
  label: string;
  fault?: Fault | undefined;
  /** Where people may sign in instead. */
  session?: Session | undefined;
  /** False: there is no token in what was pasted. */
  onPaste: (pasted: string) => boolean;
}): JSX.Element {
  const [pasted, setPasted] = createSignal("");
  const [isUnusable, setUnusable] = createSignal(false);

  return (
    <div class="screen">
      <TopBar where={props.where} />
      <main class="token">
        <Show when={props.session}>{(session) => <SignIn session={session()} />}</Show>
        <form
          class="card"
          onSubmit={(event) => {
            event.preventDefault();
            setUnusable(!props.onPaste(pasted()));
          }}
        >
          <h2>
            {props.fault === undefined
              ? `${props.session === undefined ? "Open" : "Or open"} this page by its link from the terminal`
              : "The relay refused this token"}
          </h2>
          <Show when={props.fault}>
            {(fault) => (
              <p role="alert" class="token-refusal">
                {fault().message}
              </p>
            )}
          </Show>
          <p>
            The terminal in which the relay runs (<code class="mono">npm start</code>) printed a link that
            ends in <code class="mono">{props.linkEnd}</code>. Open that link, or paste it here: its token is
            kept in this browser.
          </p>
          <label for="token">{props.label}</label>
          <input
            id="token"
            class="field mono"
            type="password"
            autocomplete="off"
            value={pasted()}
            onInput={(event) => setPasted(event.currentTarget.value)}
            aria-invalid={isUnusable()}
            aria-describedby="token-unusable"
            autofocus
          />
          <p role="alert" id="token-unusable" class="token-refusal" hidden={!isUnusable()}>
            There is no token in that.
          </p>
          <button type="submit" class="button primary">
            Continue
          </button>
        </form>
      </main>
    </div>
  );
}
