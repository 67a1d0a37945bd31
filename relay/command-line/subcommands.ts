import type { Writable } from "node:stream";
import { fail, type Result } from "../../protocol/fault.ts";
import { operatorCommand, workerKeyCommand } from "./credential-commands.ts";
import { auditCommand } from "./audit.ts";

/** What `tabfarm <word> …` does instead of starting the relay. It may run while the relay does. */
export interface Subcommand {
  /** For the help text: one line for each way to call it, without the word `tabfarm`. */
  usage: string[];
  /** A failure is one line for the terminal; `INVALID_PAYLOAD` is bad usage. */
  run(args: string[], env: Record<string, string | undefined>, output: Writable): Promise<Result<void>>;
}

const subcommands: Record<string, Subcommand> = {
  "worker-key": workerKeyCommand,
  operator: operatorCommand,
  audit: auditCommand,
};

/** The part of the help text that lists the subcommands. */
export function subcommandHelp(): string {
  const lines = Object.values(subcommands).flatMap(({ usage }) => usage);
  const calls = lines.map((line) => `  npm run tabfarm -- ${line}\n`).join("");
  return `\nBeside the relay, whether it runs or not:\n\n${calls}`;
}

export async function runSubcommand(
  word: string,
  args: string[],
  env: Record<string, string | undefined>,
  output: Writable,
): Promise<Result<void>> {
  const subcommand = Object.hasOwn(subcommands, word) ? subcommands[word] : undefined;
  if (subcommand === undefined) return fail("INVALID_PAYLOAD", `there is no subcommand "${word}"`);
  return subcommand.run(args, env, output);
}
