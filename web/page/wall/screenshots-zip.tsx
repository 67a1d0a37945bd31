import { createSignal, type JSX } from "solid-js";
import { fileNameOf } from "../file/file-name.ts";
import { saveBlob } from "../file/save-blob.ts";
import { sizeWords } from "../file/size-words.ts";
import { zipFiles, type ZippedFile } from "../file/zip-files.ts";
import type { CommandRun, CommandTarget } from "../link/command-desk.ts";
import { Icon } from "../look/icon.tsx";
import { failureOf } from "../toast/fault-words.ts";
import { useToasts } from "../toast/toasts.ts";
import { screenshotBlob, screenshotOf } from "./command-result.ts";

/** All screenshots of a run as one download. Those that are missing are told inside, for whoever is given the zip. */
export function ScreenshotsZip(props: {
  run: CommandRun;
  labelOf: (target: CommandTarget) => string;
}): JSX.Element {
  const toasts = useToasts();
  const [progress, setProgress] = createSignal<{ count: number; bytes: number }>();
  const taken = () => props.run.targets.filter((target) => target.status === "completed").length;
  const words = () => {
    const done = progress();
    if (done === undefined) return `Download ${taken()} as zip`;
    return `${done.count} of ${taken()} · ${sizeWords(done.bytes)}`;
  };

  /** One picture at a time is unpacked. */
  function* files(): Generator<ZippedFile> {
    const { run } = props;
    const missing: string[] = [];
    for (const target of run.targets) {
      const screenshot = screenshotOf(run.type, target.result);
      if (screenshot === undefined) {
        missing.push(`${props.labelOf(target)}: ${whyMissing(target)}\r\n`);
        continue;
      }
      const atMs = target.endedAtMs ?? run.sentAtMs;
      yield {
        name: fileNameOf(props.labelOf(target), atMs, screenshot.extension),
        data: screenshotBlob(screenshot),
        atMs,
      };
    }
    if (missing.length > 0) {
      yield { name: "missing.txt", data: new Blob(missing), atMs: run.sentAtMs };
    }
  }

  async function download(): Promise<void> {
    setProgress({ count: 0, bytes: 0 });
    try {
      const zip = await zipFiles(files(), (count, bytes) => setProgress({ count, bytes }));
      saveBlob(fileNameOf("screenshots", props.run.sentAtMs, "zip"), zip);
      toasts.note(`${taken()} screenshots, ${sizeWords(zip.size)}`);
    } catch (error) {
      toasts.failure(`The zip could not be made: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      setProgress(undefined);
    }
  }

  return (
    <button
      type="button"
      class="button"
      aria-busy={progress() !== undefined}
      disabled={progress() !== undefined}
      onClick={() => void download()}
    >
      <Icon name="download" /> {words()}
    </button>
  );
}

function whyMissing(target: CommandTarget): string {
  if (target.status === "failed") return failureOf(target.error ?? "failed").message;
  return target.status === "completed" ? "no picture came" : "not ended yet";
}
