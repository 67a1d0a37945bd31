import { createSignal, Show, type JSX } from "solid-js";
import type { Fault } from "../../../protocol/fault.ts";
import { TopBar } from "../look/top-bar.tsx";
import { tokenInPasted, type Role } from "./token.ts";
import "./token.css";

/** Asks for the token of this role when there is none or the relay refused it. */
export function TokenScreen(props: {
  role: Role;
  fault?: Fault | undefined;
  onToken: (token: string) => void;
}): JSX.Element {
  const [pasted, setPasted] = createSignal("");
  const [isUnusable, setUnusable] = createSignal(false);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const token = tokenInPasted(pasted());
    setUnusable(token === undefined);
    if (token !== undefined) props.onToken(token);
  }

  return (
    <div class="screen">
      <TopBar where={props.role} />
      <main class="token">
        <form class="card" onSubmit={submit}>
          <h2>{props.fault === undefined ? "This page needs a token" : "The relay refused this token"}</h2>
          <Show when={props.fault}>
            {(fault) => (
              <p role="alert" class="token-refusal">
                {fault().message}
              </p>
            )}
          </Show>
          <p>
            Where to find it: the terminal in which the relay runs printed a link that ends in{" "}
            <code class="mono">/{props.role}#token=…</code>. Open that link, or paste it (or only the token)
            here. It is kept in this browser.
          </p>
          <label for="token">Link or token</label>
          <input
            id="token"
            class="field mono"
            type="password"
            autocomplete="off"
            value={pasted()}
            onInput={(event) => setPasted(event.currentTarget.value)}
            aria-invalid={isUnusable()}
            autofocus
          />
          <Show when={isUnusable()}>
            <p role="alert" class="token-refusal">
              That is neither a token nor a link with one.
            </p>
          </Show>
          <button type="submit" class="button primary">
            Continue
          </button>
        </form>
      </main>
    </div>
  );
}
