import { concatenate } from "../../protocol/concatenate.ts";
import type { Android } from "./android.ts";
import { ShellTrouble } from "./shell-trouble.ts";

/** A running command, as the table's functions see it. */
export interface Process {
  /** Without the command's own name. */
  args: readonly string[];
  environment: ReadonlyMap<string, string>;
  directory: string;
  input: Input;
  /** Settles when the reader took it; rejects with a `ConnectionClosedError` when nobody reads any more. */
  output: Output;
  errors: Output;
  android: Android;
  /** Aborted when the shell ends: the connection was closed or the phone unplugged. */
  signal: AbortSignal;
}

export interface Input {
  /** Next bytes; undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
}
export type Output = (bytes: Uint8Array) => Promise<void>;

/** The three every program has. */
export interface Streams {
  input: Input;
  output: Output;
  errors: Output;
}

/** A command runs to its exit code. */
type CommandFunction = (process: Process) => Promise<number> | number;
/** Commands by name; each family of commands exports one. */
export type CommandTable = Readonly<Record<string, CommandFunction>>;

const encoder = new TextEncoder();

export async function print(output: Output, text: string): Promise<void> {
  if (text !== "") await output(encoder.encode(text));
}

/** Says what went wrong on stderr; answers the exit code, so that a command can return it. */
export async function complain(process: Process, text: string, exitCode = 1): Promise<number> {
  await print(process.errors, `${text}\n`);
  return exitCode;
}

/** What a command may hold at once; Android kills one that takes too much, too. */
const mostMemory = 64 * 1024 * 1024;

/** Keeps what it is given; ends who gives it too much. */
export function makeHolder(): { parts: Uint8Array[]; output: Output } {
  const parts: Uint8Array[] = [];
  let held = 0;
  return {
    parts,
    output: async (bytes) => {
      held += bytes.byteLength;
      if (held > mostMemory) throw new ShellTrouble("Killed", 137);
      parts.push(bytes);
    },
  };
}

export async function readAll(input: Input): Promise<Uint8Array> {
  const { parts, output } = makeHolder();
  for (let part = await input.read(); part; part = await input.read()) await output(part);
  return concatenate(parts);
}

/** Reads until the end, or until there are `most` bytes; what is beyond is thrown away. */
export async function readAtMost(input: Input, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let missing = most; missing > 0;) {
    const part = (await input.read())?.subarray(0, missing);
    if (!part) break;
    parts.push(part);
    missing -= part.byteLength;
  }
  return concatenate(parts);
}

/** An absolute path from one the user wrote. */
export function absolute(process: { directory: string }, path: string): string {
  return path.startsWith("/") ? path : `${process.directory === "/" ? "" : process.directory}/${path}`;
}

export const emptyInput: Input = { read: async () => undefined };

export function inputOf(bytes: Uint8Array): Input {
  let isRead = bytes.byteLength === 0;
  return {
    async read() {
      if (isRead) return undefined;
      isRead = true;
      return bytes;
    },
  };
}
