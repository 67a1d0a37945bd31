import type { Android } from "../android/android.ts";
import { commandTable } from "../android/commands/table.ts";
import { makePipe } from "../android/pipe.ts";
import { Killed } from "../android/processes.ts";
import { type Input, type Output, print } from "../android/process.ts";
import { makeShell, runShell, type Shell } from "../android/shell.ts";
import type { Service } from "../adb/service.ts";
import { type ByteReader, makeByteReader } from "../byte-reader.ts";
import { encodeShellPacket, readShellPackets, shellPacketId } from "./shell-packet.ts";
import { makeTerminal } from "./terminal.ts";

/** What stands before the colon of `shell,v2,pty,TERM=xterm:ls`. */
export interface ShellOptions {
  /** Whether stdin, stdout, stderr and the exit code travel in packets; without, all output is one stream. */
  hasProtocol: boolean;
  isTerminal: boolean;
  term: string;
}

/** Reads the arguments as adbd does: a terminal for an interactive shell unless `raw`, unknown ones are ignored. */
export function readShellOptions(args: readonly string[], command: string): ShellOptions {
  const options: ShellOptions = { hasProtocol: false, isTerminal: command === "", term: "dumb" };
  for (const arg of args) {
    if (arg === "v2") options.hasProtocol = true;
    else if (arg === "raw") options.isTerminal = false;
    else if (arg === "pty") options.isTerminal = true;
    else if (arg.startsWith("TERM=")) options.term = arg.slice("TERM=".length);
  }
  return options;
}

interface Channels {
  input: Input;
  output: Output;
  errors: Output;
}

/** `shell:`, `shell,v2:` and `exec:`. An empty command is an interactive shell, or without a terminal a script on stdin. */
export function makeShellService(android: Android, options: ShellOptions, command: string): Service {
  return async (stream, signal) => {
    const writer = stream.writable.getWriter();
    const send: Output = (bytes) => writer.write(bytes);
    const sendAs = (id: number): Output => (options.hasProtocol ? inPackets(id, send) : send);
    const stdin = makePipe();
    const shell = makeShell({ android, commands: commandTable, signal, term: options.term });
    let channels: Channels = {
      input: stdin.input,
      output: sendAs(shellPacketId.stdout),
      errors: sendAs(shellPacketId.stderr),
    };
    let interrupt: (() => void) | undefined;
    let typed: Output = stdin.output;
    let endTyping = stdin.endWriting;
    if (options.isTerminal) {
      // One terminal carries both outputs, as on Android.
      const terminal = makeTerminal({ screen: channels.output, onInterrupt: () => interrupt?.() });
      channels = { input: terminal.input, output: terminal.output, errors: terminal.output };
      typed = terminal.type;
      endTyping = terminal.end;
    }
    void pumpInput(stream.readable, options.hasProtocol, typed).finally(endTyping);

    let exitCode: number;
    if (command !== "" || !options.isTerminal) {
      const running = new AbortController();
      interrupt = () => running.abort(interrupted);
      shell.signal = AbortSignal.any([signal, running.signal]);
      const source = command === "" ? "sh" : command;
      exitCode = await runShell(shell, source, channels);
    } else {
      exitCode = await android.processes.run(
        { name: "sh", args: ["-"], signal },
        async (ended) => await interact(shell, channels, ended, (onInterrupt) => (interrupt = onInterrupt)),
      );
    }
    stdin.endReading();
    if (options.hasProtocol) {
      await send(encodeShellPacket({ id: shellPacketId.exit, payload: Uint8Array.of(exitCode) }));
    }
    await writer.close();
  };
}

/** As much as adbd reads from a program's pipe at once. */
const longestPayload = 64 * 1024;

function inPackets(id: number, send: Output): Output {
  return async (bytes) => {
    for (let at = 0; at < bytes.byteLength; at += longestPayload) {
      await send(encodeShellPacket({ id, payload: bytes.subarray(at, at + longestPayload) }));
    }
  };
}

/** SIGINT, which ^C sends. */
const interrupted = new Killed(2);

/** Hands over what the computer types until its side ends or the program no longer reads. */
async function pumpInput(
  readable: ReadableStream<Uint8Array>,
  hasProtocol: boolean,
  typed: Output,
): Promise<void> {
  const reader = makeByteReader(readable);
  try {
    if (!hasProtocol) return await pumpRaw(reader, typed);
    for await (const { id, payload } of readShellPackets(reader)) {
      if (id === shellPacketId.closeStdin) return;
      if (id === shellPacketId.stdin) await typed(payload);
    }
  } catch {
    // A broken pipe: the program has stopped reading. The stream itself goes on.
  }
}

async function pumpRaw(reader: ByteReader, typed: Output): Promise<void> {
  for (let bytes = await reader.readSome(Infinity); bytes; bytes = await reader.readSome(Infinity)) {
    await typed(bytes);
  }
}

/** Prompt, line, run, until `exit`, ^D or the end. */
async function interact(
  shell: Shell,
  channels: Channels,
  signal: AbortSignal,
  setInterrupt: (onInterrupt: () => void) => void,
): Promise<number> {
  const showPrompt = (before = "") => print(channels.output, before + promptOf(shell));
  while (!signal.aborted && shell.exitCode === undefined) {
    // The terminal leaves the cursor behind its "^C", and the shell goes on below, as mksh does.
    setInterrupt(() => void showPrompt("\n").catch(() => undefined));
    await showPrompt();
    const line = await channels.input.read();
    if (!line) break;
    const running = new AbortController();
    setInterrupt(() => running.abort(interrupted));
    shell.signal = AbortSignal.any([signal, running.signal]);
    await runShell(shell, new TextDecoder().decode(line), channels);
    if (running.signal.aborted) await print(channels.output, "\n");
  }
  return shell.exitCode ?? shell.lastExitCode;
}

/** mksh's prompt on Android: the last exit code when it was no success. */
function promptOf(shell: Shell): string {
  const failure = shell.lastExitCode === 0 ? "" : `${shell.lastExitCode}|`;
  return `${failure}${shell.android.model.product}:${shell.directory} $ `;
}
