import { Adb, type AdbTransport } from "@yume-chan/adb";
import type { ShellResult } from "../../../protocol/command.ts";
import { withTimeLimit } from "../time-limit.ts";
import { readBounded } from "./bounded-output.ts";
import { ScopedTransport } from "./scoped-transport.ts";
import { quoteForShell } from "./shell-quote.ts";

const shellOutputBytes = 1024 * 1024;
const rawOutputBytes = 64 * 1024 * 1024;
const exitMarker = "tabfarm-exit:";

/** Runs work on sockets of its own and closes them all when it ends or takes too long. */
async function withSockets<T>(
  transport: AdbTransport,
  what: string,
  timeLimitMs: number,
  work: (adb: Adb) => Promise<T>,
): Promise<T> {
  const scope = new ScopedTransport(transport);
  try {
    return await withTimeLimit(what, timeLimitMs, work(new Adb(scope)));
  } finally {
    // Not awaited: the device may never take the CLSE, and the result is here.
    void scope.close();
  }
}

/** `DeviceLink.shell`. */
export function runShell(
  transport: AdbTransport,
  commandLine: string,
  timeLimitMs: number,
): Promise<ShellResult> {
  return withSockets(transport, "the shell command", timeLimitMs, (adb) => {
    const shellV2 = adb.subprocess.shellProtocol;
    return shellV2 === undefined ? runRawShell(adb, commandLine) : runShellV2(shellV2, commandLine);
  });
}

type ShellV2 = NonNullable<Adb["subprocess"]["shellProtocol"]>;

async function runShellV2(shell: ShellV2, commandLine: string): Promise<ShellResult> {
  // An array of one: given a string, Tango splits it into words and so loses the quotes.
  const process = await shell.spawn([commandLine]);
  process.stdin.close().catch(() => undefined);
  const [stdout, stderr, exitCode] = await Promise.all([
    readBounded(process.stdout.getReader(), shellOutputBytes),
    readBounded(process.stderr.getReader(), shellOutputBytes),
    process.exited,
  ]);
  const decoder = new TextDecoder();
  const result: ShellResult = {
    stdout: decoder.decode(stdout.bytes),
    stderr: decoder.decode(stderr.bytes),
    exit_code: exitCode,
  };
  return stdout.isTruncated || stderr.isTruncated ? { ...result, is_truncated: true } : result;
}

/** Android 6 and older: one stream for both outputs, and no exit code but the one we print ourselves. */
async function runRawShell(adb: Adb, commandLine: string): Promise<ShellResult> {
  const line = `sh -c ${quoteForShell(commandLine)} </dev/null; echo "${exitMarker}$?"`;
  const process = await adb.subprocess.noneProtocol.spawn([line]);
  const output = await readBounded(process.output.getReader(), shellOutputBytes);
  return parseRawOutput(new TextDecoder().decode(output.bytes), output.isTruncated);
}

/** Takes the exit code that the raw shell printed off the end of its output; -1 when it was cut away. */
export function parseRawOutput(output: string, isTruncated: boolean): ShellResult {
  const at = output.lastIndexOf(exitMarker);
  const exitCode = at < 0 ? -1 : Number.parseInt(output.slice(at + exitMarker.length), 10);
  const result: ShellResult = {
    stdout: at < 0 ? output : output.slice(0, at),
    stderr: "",
    exit_code: Number.isNaN(exitCode) ? -1 : exitCode,
  };
  return isTruncated ? { ...result, is_truncated: true } : result;
}

/** `DeviceLink.readOutput`: `exec:` has no terminal in between, so bytes arrive as they were written. */
export function readRawOutput(
  transport: AdbTransport,
  commandLine: string,
  timeLimitMs: number,
): Promise<Uint8Array> {
  return withSockets(transport, "reading the command's output", timeLimitMs, async (adb) => {
    const process = await adb.subprocess.noneProtocol.spawn([commandLine]);
    const output = await readBounded(process.output.getReader(), rawOutputBytes);
    if (output.isTruncated) throw new Error(`more than ${rawOutputBytes} bytes of output`);
    return output.bytes;
  });
}
