import { errnoText } from "./errno.ts";
import { absolute, inputOf, type Output, type Streams } from "./process.ts";
import type { Shell } from "./shell.ts";
import type { Redirect } from "./shell-script.ts";
import { ShellTrouble } from "./shell-trouble.ts";
import { type ExpansionContext, expandWord } from "./shell-words.ts";

/** Opens what a command is redirected to. `finish` writes the files once the command has ended. */
export async function redirect(
  shell: Shell,
  redirects: readonly Redirect[],
  outer: Streams,
  context: ExpansionContext,
) {
  const { files } = shell.android;
  const streams = { ...outer };
  const written: { path: string; parts: Uint8Array[] }[] = [];
  for (const { descriptor, operator, target } of redirects) {
    const text = await expandWord(target, context);
    if (operator === ">&") {
      if (text !== "1" && text !== "2") throw new ShellTrouble(`illegal file descriptor name`, 1);
      const source = text === "1" ? streams.output : streams.errors;
      if (descriptor === 1) streams.output = source;
      else streams.errors = source;
    } else if (operator === "<") {
      const bytes = files.read(absolute(shell, text));
      if (!bytes.ok) throw new ShellTrouble(`can't open ${text}: ${errnoText[bytes.errno]}`, 1);
      streams.input = inputOf(bytes.value);
    } else {
      const path = absolute(shell, text);
      const made = files.write(path, new Uint8Array(), { isAppending: operator === ">>" });
      if (!made.ok) throw new ShellTrouble(`can't create ${text}: ${errnoText[made.errno]}`, 1);
      const parts: Uint8Array[] = [];
      written.push({ path, parts });
      const stat = files.stat(path);
      const isKept = !stat.ok || stat.value.kind !== "device";
      let room = files.freeBytes;
      const output: Output = async (bytes) => {
        if (!isKept) return;
        room -= bytes.byteLength;
        if (room < 0) throw new ShellTrouble(`${text}: ${errnoText.ENOSPC}`, 1);
        parts.push(bytes);
      };
      if (descriptor === 1) streams.output = output;
      else streams.errors = output;
    }
  }
  /** Files get what was written when the command ends: one copy however many writes. */
  function finish(): void {
    for (const { path, parts } of written) {
      files.write(path, parts, { isAppending: true });
    }
  }
  return { streams, finish };
}
