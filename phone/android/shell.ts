import { ConnectionClosedError } from "../byte-duplex.ts";
import type { Android } from "./android.ts";
import { makePipe } from "./pipe.ts";
import { absolute, type CommandTable, makeHolder, print, type Streams } from "./process.ts";
import { builtins } from "./shell-builtins.ts";
import { redirect } from "./shell-redirects.ts";
import type { Command, Pipeline, Script } from "./shell-script.ts";
import { parseShell } from "./shell-syntax.ts";
import { ShellTrouble } from "./shell-trouble.ts";
import { type ExpansionContext, expandWord, expandWords } from "./shell-words.ts";

/** One shell and what it remembers from command to command. */
export interface Shell {
  android: Android;
  commands: CommandTable;
  variables: Map<string, string>;
  exported: Set<string>;
  directory: string;
  lastExitCode: number;
  /** Set by `exit`. */
  exitCode: number | undefined;
  signal: AbortSignal;
}

export function makeShell(options: {
  android: Android;
  commands: CommandTable;
  signal: AbortSignal;
  term?: string;
}): Shell {
  const variables = Object.entries({
    HOME: "/",
    HOSTNAME: options.android.model.product,
    PATH: "/product/bin:/apex/com.android.runtime/bin:/system/bin:/system/xbin:/vendor/bin",
    SHELL: "/system/bin/sh",
    TERM: options.term ?? "dumb",
    USER: "shell",
  });
  return {
    android: options.android,
    commands: options.commands,
    variables: new Map(variables),
    exported: new Set(variables.map(([name]) => name)),
    directory: "/",
    lastExitCode: 0,
    exitCode: undefined,
    signal: options.signal,
  };
}

/** Parses and runs `source`; answers the exit code. Output that nobody reads any more ends it early. */
export async function runShell(shell: Shell, source: string, streams: Streams): Promise<number> {
  const parsed = parseShell(source);
  if (!parsed.ok) {
    await print(streams.errors, `/system/bin/sh: syntax error: ${parsed.unexpected}\n`);
    shell.lastExitCode = 1;
    return 1;
  }
  return await runScript(shell, parsed.script, streams);
}

async function runScript(shell: Shell, script: Script, streams: Streams): Promise<number> {
  for (const { chain, isBackground } of script.items) {
    if (isBackground) {
      // Nobody waits for it, so its broken pipe is nobody's news; it ends with the shell's signal.
      void runChain(copyOf(shell), chain, streams).catch(ignoreClosed);
      shell.lastExitCode = 0;
    } else await runChain(shell, chain, streams);
    if (shell.exitCode !== undefined || shell.signal.aborted) break;
  }
  return shell.exitCode ?? shell.lastExitCode;
}

async function runChain(
  shell: Shell,
  chain: Script["items"][number]["chain"],
  streams: Streams,
): Promise<void> {
  for (const { operator, pipeline } of chain) {
    if (operator === "&&" && shell.lastExitCode !== 0) continue;
    if (operator === "||" && shell.lastExitCode === 0) continue;
    const exitCode = await runPipeline(shell, pipeline, streams);
    shell.lastExitCode = pipeline.isNegated ? Number(exitCode === 0) : exitCode;
    if (shell.exitCode !== undefined || shell.signal.aborted) return;
  }
}

async function runPipeline(shell: Shell, { commands }: Pipeline, streams: Streams): Promise<number> {
  const [only] = commands;
  if (only && commands.length === 1) return await runCommand(shell, only, streams);
  let input = streams.input;
  let endReading: (() => void) | undefined;
  const running: Promise<number>[] = [];
  for (const [index, command] of commands.entries()) {
    const pipe = index < commands.length - 1 ? makePipe() : undefined;
    const own = { ...streams, input, output: pipe?.output ?? streams.output };
    const endInput = endReading;
    running.push(
      // Each part of a pipeline is a shell of its own: `cd` and `exit` there change nothing here.
      runCommand(copyOf(shell), command, own).finally(() => {
        pipe?.endWriting();
        endInput?.();
      }),
    );
    if (pipe) ({ input, endReading } = pipe);
  }
  const results = await Promise.allSettled(running);
  for (const result of results) if (result.status === "rejected") ignoreClosed(result.reason);
  const last = results.at(-1);
  return last?.status === "fulfilled" ? last.value : sigpipe;
}

/** 128 + SIGPIPE. */
const sigpipe = 141;

async function runCommand(shell: Shell, command: Command, outer: Streams): Promise<number> {
  try {
    const context = expansionContext(shell, outer);
    const { streams, finish } = await redirect(shell, command.redirects, outer, context);
    const exitCode =
      command.kind === "group"
        ? await runScript(copyOf(shell), command.script, streams)
        : await runSimple(shell, command, streams, context);
    finish();
    return exitCode;
  } catch (error) {
    if (!(error instanceof ShellTrouble)) throw error;
    await print(outer.errors, `/system/bin/sh: ${error.message}\n`);
    return error.exitCode;
  }
}

async function runSimple(
  shell: Shell,
  command: Command & { kind: "simple" },
  streams: Streams,
  context: ExpansionContext,
): Promise<number> {
  const assignments: [string, string][] = [];
  for (const { name, value } of command.assignments)
    assignments.push([name, await expandWord(value, context)]);
  const words = await expandWords(command.words, context);
  // The shell is replaced by the command: nothing after it runs.
  const isLast = words[0] === "exec" && words.length > 1;
  const [name, ...args] = isLast ? words.slice(1) : words;
  if (name === undefined) {
    for (const [key, value] of assignments) shell.variables.set(key, value);
    return 0;
  }
  const builtin = builtins[name];
  if (builtin) return await builtin(shell, args, streams);
  const environment = new Map([...shell.variables].filter(([key]) => shell.exported.has(key)));
  for (const [key, value] of assignments) environment.set(key, value);
  const { android, directory, signal } = shell;
  const { input, output, errors } = streams;
  const run = find(shell, name);
  const exitCode = await android.processes.run({ name, args, signal }, (ended) =>
    run({ args, environment, directory, android, signal: ended, input, output, errors }),
  );
  if (isLast) shell.exitCode = exitCode;
  return exitCode;
}

/** A command by its name, or by the path of a file in `/system/bin`. */
function find(shell: Shell, name: string) {
  const missing = new ShellTrouble(`${name}: inaccessible or not found`, 127);
  if (!name.includes("/")) {
    const command = Object.hasOwn(shell.commands, name) ? shell.commands[name] : undefined;
    if (!command) throw missing;
    return command;
  }
  const path = shell.android.files.resolve(absolute(shell, name));
  const stat = path.ok ? shell.android.files.stat(path.value) : path;
  if (!path.ok || !stat.ok) throw missing;
  const base = path.value.startsWith("/system/bin/") ? path.value.slice("/system/bin/".length) : "";
  const command = Object.hasOwn(shell.commands, base) ? shell.commands[base] : undefined;
  if (!command) throw new ShellTrouble(`${name}: can't execute: Permission denied`, 126);
  return command;
}

function expansionContext(shell: Shell, streams: Streams): ExpansionContext {
  return {
    android: shell.android,
    directory: shell.directory,
    variable(name) {
      if (name === "?") return String(shell.lastExitCode);
      if (name === "$") return "4242";
      if (name === "#") return "0";
      if (name === "PWD") return shell.directory;
      return shell.variables.get(name) ?? "";
    },
    async substitute(script) {
      const { parts, output } = makeHolder();
      const inner = copyOf(shell);
      shell.lastExitCode = await runScript(inner, script, { ...streams, output });
      const decoder = new TextDecoder();
      return parts
        .map((part) => decoder.decode(part, { stream: true }))
        .join("")
        .replace(/\n+$/, "");
    },
  };
}

function copyOf(shell: Shell): Shell {
  return { ...shell, variables: new Map(shell.variables), exported: new Set(shell.exported) };
}

function ignoreClosed(error: unknown): void {
  if (!(error instanceof ConnectionClosedError)) throw error;
}
