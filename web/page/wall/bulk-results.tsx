import { createMemo, For, Show, type JSX } from "solid-js";
import { isTerminal } from "../../../protocol/command.ts";
import type { CommandRun, CommandTarget } from "../link/command-desk.ts";
import { fileNameOf } from "../file/file-name.ts";
import { useLink } from "../link/use-link.ts";
import { Icon } from "../look/icon.tsx";
import { Outcome } from "../look/outcome.tsx";
import { failureOf } from "../toast/fault-words.ts";
import { screenshotOf, shellOutputOf, type Screenshot } from "./command-result.ts";
import { commandWords } from "./command-words.ts";
import { ScreenshotsZip } from "./screenshots-zip.tsx";
import { waitingWords } from "./waiting-words.ts";
import { labelOf } from "./device-words.ts";

/** How one command went on each of its devices. */
export function BulkResults(props: { run: CommandRun; onClose: () => void }): JSX.Element {
  const link = useLink();
  const counts = createMemo(() => {
    const ended = props.run.targets.filter((target) => isTerminal(target.status));
    const failed = ended.filter((target) => target.status === "failed").length;
    const nonZero = ended.filter(
      (target) => (shellOutputOf(props.run.type, target.result)?.exit_code ?? 0) !== 0,
    );
    return { ended: ended.length, failed, done: ended.length - failed, nonZero: nonZero.length };
  });
  const labelFor = (target: CommandTarget) => {
    const device = link.book.devices[target.deviceId];
    return device === undefined ? target.deviceId : labelOf(device);
  };

  return (
    <section class="results card" aria-label="Results">
      <header class="row results-head">
        <strong class="clip">{commandWords(props.run)}</strong>
        <span class="muted grow" role="status">
          {counts().ended} of {props.run.targets.length} ended
          <Show when={counts().failed > 0}>, {counts().failed} failed</Show>
          <Show when={counts().nonZero > 0}>, {counts().nonZero} with an exit code other than 0</Show>
        </span>
        <Show when={props.run.type === "screenshot" && counts().done > 1}>
          <ScreenshotsZip run={props.run} labelOf={labelFor} />
        </Show>
        <button
          type="button"
          class="button quiet icon"
          aria-label="Close results"
          onClick={() => props.onClose()}
        >
          <Icon name="close" />
        </button>
      </header>
      <ul class="results-list">
        <For each={props.run.targets}>
          {(target) => <TargetResult run={props.run} target={target} label={labelFor(target)} />}
        </For>
      </ul>
    </section>
  );
}

function sizeWords({ size, extension }: Screenshot): string {
  const kind = extension === "png" ? "PNG" : "JPEG";
  return size === undefined ? kind : `${size.width} × ${size.height} ${kind}`;
}

function TargetResult(props: { run: CommandRun; target: CommandTarget; label: string }): JSX.Element {
  const link = useLink();
  const shell = () => shellOutputOf(props.run.type, props.target.result);
  const screenshot = () => screenshotOf(props.run.type, props.target.result);
  return (
    <li class="result">
      <Outcome status={props.target.status} error={props.target.error} />
      <div class="grow">
        <div class="row wraps">
          <span class="clip">{props.label}</span>
          <Show when={waitingWords(link, props.target)}>
            {(words) => <span class="muted">{words()}</span>}
          </Show>
          <Show when={props.target.error}>
            {(error) => <span class="result-error">{failureOf(error()).message}</span>}
          </Show>
          <Show when={shell()?.exit_code !== undefined && shell()?.exit_code !== 0}>
            <span class="badge warn">exit {shell()?.exit_code}</span>
          </Show>
          <Show when={screenshot()}>
            {(shot) => (
              <a
                href={shot().url}
                download={fileNameOf(
                  props.label,
                  props.target.endedAtMs ?? props.run.sentAtMs,
                  shot().extension,
                )}
              >
                {sizeWords(shot())}
              </a>
            )}
          </Show>
        </div>
        <Show when={shell()}>
          {(shell) => (
            <pre class="output mono">
              {shell().stdout}
              <span class="output-error">{shell().stderr}</span>
            </pre>
          )}
        </Show>
      </div>
    </li>
  );
}
