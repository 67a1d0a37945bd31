import { badUsage, exitWith, failure } from "./command-line/exit.ts";
import { runSubcommand, toolHelp } from "./command-line/subcommands.ts";

/** `npm run tabfarm -- …`: what is done beside a relay, whether it runs or not. */

const [word = "--help", ...args] = process.argv.slice(2);
if (word === "--help" || word === "-h" || args.includes("--help")) process.stdout.write(toolHelp());
else {
  const done = await runSubcommand(word, args, process.env, process.stdout);
  if (!done.ok) {
    const { code, message } = done.fault;
    if (code === "INVALID_PAYLOAD") exitWith(`${message} (--help lists what there is)`, badUsage);
    else exitWith(message, failure);
  }
}
