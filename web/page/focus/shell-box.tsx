import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import type { CommandRun } from "../link/command-desk.ts";
import { useLink } from "../link/use-link.ts";
import { shellOutputOf } from "../wall/command-result.ts";
import { failureOf } from "../toast/fault-words.ts";
import { waitingWords } from "../wall/waiting-words.ts";
import { makeShellHistory } from "./shell-history.ts";
import { useFocus } from "./use-focus.ts";

/** A line to the phone's shell, and what it said: standard output, standard error, exit code. */
export function ShellBox(): JSX.Element {
  const link = useLink();
  const focus = useFocus();
  const history = makeShellHistory();
  const [line, setLine] = createSignal("");
  const [ids, setIds] = createSignal<string[]>([]);
  const runs = createMemo(() => link.commands.runs.filter((run) => ids().includes(run.id)).slice(0, 20));

  function run(event: SubmitEvent): void {
    event.preventDefault();
    const shellCommand = line().trim();
    if (shellCommand === "") return;
    history.add(shellCommand);
    const sent = focus.send({ type: "shell", params: { shellCommand } });
    setIds((ids) => [sent.id, ...ids]);
    setLine("");
  }

  function recall(event: KeyboardEvent): void {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const recalled = event.key === "ArrowUp" ? history.older(line()) : history.newer();
    if (recalled !== undefined) setLine(recalled);
  }

  return (
    <>
      <form onSubmit={run}>
        <fieldset class="row" disabled={focus.shellHindrance() !== undefined} title={focus.shellHindrance()}>
          <input
            class="field mono"
            aria-label="Shell command"
            placeholder="Shell command"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={line()}
            onInput={(event) => setLine(event.currentTarget.value)}
            onKeyDown={recall}
          />
          <button type="submit" class="button">
            Run
          </button>
        </fieldset>
      </form>
      <Show when={focus.hindrance() === undefined && focus.shellHindrance()}>
        {(reason) => <p class="muted">{reason()}</p>}
      </Show>
      <ol class="shell-log" aria-label="Shell output" aria-live="polite">
        <For each={runs()}>{(run) => <ShellRun run={run} />}</For>
      </ol>
    </>
  );
}

function ShellRun(props: { run: CommandRun }): JSX.Element {
  const link = useLink();
  const target = () => props.run.targets[0];
  const result = () => shellOutputOf("shell", target()?.result);
  return (
    <li>
      <div class="row">
        <code class="mono grow clip">$ {props.run.params.shellCommand}</code>
        <Show
          when={result()}
          fallback={<span class="muted">{waitingWords(link, target()) ?? target()?.status}</span>}
        >
          {(result) => (
            <Show when={result().exit_code !== undefined}>
              <span class={`badge ${result().exit_code === 0 ? "ok" : "warn"}`}>
                exit {result().exit_code}
              </span>
            </Show>
          )}
        </Show>
      </div>
      <Show when={target()?.error}>
        {(error) => <p class="result-error">{failureOf(error()).message}</p>}
      </Show>
      <Show when={result()}>
        {(result) => (
          <Show when={result().stdout !== "" || result().stderr !== ""}>
            <pre class="output mono">
              <span data-testid="stdout">{result().stdout}</span>
              <span class="output-error" data-testid="stderr">
                {result().stderr}
              </span>
            </pre>
            <Show when={result().is_truncated}>
              <p class="muted">The rest was cut off.</p>
            </Show>
          </Show>
        )}
      </Show>
    </li>
  );
}
