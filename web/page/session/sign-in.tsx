import { createResource, createSignal, For, Show, untrack, type JSX } from "solid-js";
import type { Session } from "./session.ts";

/** Signs a person in with the farm's Supabase project, in the ways that it offers. */
export function SignIn(props: { session: Session }): JSX.Element {
  // It is opened once for a page.
  const session = untrack(() => props.session);
  const [ways] = createResource(() => session.readWays());
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  const [problem, setProblem] = createSignal<string>();
  const [sentTo, setSentTo] = createSignal<string>();
  const [isBusy, setBusy] = createSignal(false);

  async function attempt(way: () => Promise<string | undefined>): Promise<boolean> {
    setBusy(true);
    setProblem(undefined);
    setSentTo(undefined);
    const wrong = await way().catch((failure: unknown) => String(failure));
    setBusy(false);
    setProblem(wrong);
    return wrong === undefined;
  }

  async function sendLink(): Promise<void> {
    const to = email();
    if (to === "") setProblem("Type your e-mail address first.");
    else if (await attempt(() => session.sendLink(to))) setSentTo(to);
  }

  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(() => session.signIn(email(), password()));
      }}
    >
      <h2>Sign in</h2>
      <Show when={ways()?.email}>
        <label for="email">E-mail</label>
        <input
          id="email"
          class="field"
          type="email"
          autocomplete="username"
          required
          value={email()}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
        <label for="password">Password</label>
        <input
          id="password"
          class="field"
          type="password"
          autocomplete="current-password"
          required
          value={password()}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
        <div class="sign-in-ways">
          <button type="submit" class="button primary" disabled={isBusy()}>
            Sign in
          </button>
          <button type="button" class="button" disabled={isBusy()} onClick={() => void sendLink()}>
            Send me a link instead
          </button>
        </div>
      </Show>
      <Show when={ways()?.providers.length}>
        <div class="sign-in-ways">
          <For each={ways()?.providers}>
            {(provider) => (
              <button
                type="button"
                class="button"
                disabled={isBusy()}
                onClick={() => void attempt(() => session.signInWith(provider))}
              >
                {`Continue with ${nameOf(provider)}`}
              </button>
            )}
          </For>
        </div>
      </Show>
      <p role="status" hidden={sentTo() === undefined}>
        {`A link is on its way to ${sentTo() ?? ""}. Open it in this browser.`}
      </p>
      <p role="alert" class="token-refusal" hidden={problem() === undefined}>
        {problem()}
      </p>
    </form>
  );
}

const properNames: Record<string, string> = {
  github: "GitHub",
  gitlab: "GitLab",
  azure: "Microsoft",
  linkedin_oidc: "LinkedIn",
  slack_oidc: "Slack",
  workos: "WorkOS",
};

function nameOf(provider: string): string {
  return properNames[provider] ?? provider.charAt(0).toUpperCase() + provider.slice(1);
}
