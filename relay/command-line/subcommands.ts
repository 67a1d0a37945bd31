import type { Writable } from "node:stream";
import { fail, type Result } from "../../protocol/fault.ts";
import { operatorCommand, workerKeyCommand } from "./credential-commands.ts";
import { auditCommand } from "./audit.ts";

/** What `tabfarm <word> …` does. It may run while the relay does. */
export interface Subcommand {
  /** For the help text: each way to call it, without the word `tabfarm`, and what that does. */
  usage: Record<string, string>;
  /** A failure is one line for the terminal; `INVALID_PAYLOAD` is bad usage. */
  run(args: string[], env: Record<string, string | undefined>, output: Writable): Promise<Result<void>>;
}

const subcommands: Record<string, Subcommand> = {
  "worker-key": workerKeyCommand,
  operator: operatorCommand,
  audit: auditCommand,
};

export function toolHelp(): string {
  const calls = Object.values(subcommands).map(({ usage }) =>
    Object.entries(usage)
      .map(([call, help]) => `  ${call}\n      ${help}\n`)
      .join(""),
  );
  return `Tabfarm's keys and its record, whether the relay runs or not.

Usage: npm run tabfarm -- <what>

${calls.join("\n")}
Each also takes --data <folder>, the relay's data folder (TABFARM_DATA, or ./data).
`;
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
