import { createMemo, For, Show, type JSX } from "solid-js";
import type { CommandRun } from "../link/command-desk.ts";
import { useLink } from "../link/use-link.ts";
import { Outcome } from "../look/outcome.tsx";
import { commandWords } from "../wall/command-words.ts";
import { waitingWords } from "../wall/waiting-words.ts";
import { useFocus } from "./use-focus.ts";

/** What was asked of this device lately, how it ended and how long it took. */
export function CommandLog(): JSX.Element {
  const link = useLink();
  const focus = useFocus();
  const runs = createMemo(() => {
    const id = focus.device().device_id;
    return link.commands.runs
      .filter((run) => run.targets.some((target) => target.deviceId === id))
      .slice(0, 12);
  });
  return (
    <Show when={runs().length > 0} fallback={<p class="muted">Nothing sent yet.</p>}>
      <ol class="log" aria-label="Recent commands">
        <For each={runs()}>{(run) => <LogLine run={run} deviceId={focus.device().device_id} />}</For>
      </ol>
    </Show>
  );
}

function LogLine(props: { run: CommandRun; deviceId: string }): JSX.Element {
  const link = useLink();
  const target = () => props.run.targets.find((target) => target.deviceId === props.deviceId);
  const tookMs = () => {
    const endedAtMs = target()?.endedAtMs;
    return endedAtMs === undefined ? undefined : endedAtMs - props.run.sentAtMs;
  };
  return (
    <li class="log-line">
      <Outcome status={target()?.status ?? "sent"} error={target()?.error} />
      <span class="clip grow" title={commandWords(props.run)}>
        {commandWords(props.run)}
      </span>
      <span class="log-took">{tookMs() === undefined ? waitingWords(link, target()) : `${tookMs()} ms`}</span>
    </li>
  );
}
