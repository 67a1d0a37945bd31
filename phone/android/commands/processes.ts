import { type CommandTable, complain, print, type Process } from "../process.ts";
import type { RunningProgram } from "../processes.ts";

const signalNumbers: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, TERM: 15 };
const terminate = 15;

/** toybox's `ps` prints these when not told which. */
const psHeader =
  "USER           PID  PPID     VSZ    RSS WCHAN            ADDR S NAME                       ";

export const processCommands: CommandTable = {
  async ps({ android, output }) {
    const rows = android.processes.list().map(psRow);
    await print(output, [psHeader, ...rows].map((row) => `${row}\n`).join(""));
    return 0;
  },

  async pidof({ args, android, output }) {
    const found = android.processes.list().filter(({ name }) => args.includes(name));
    if (found.length === 0) return 1;
    // Newest first, as Linux's /proc is walked.
    const ids = found.map(({ processId }) => processId).toReversed();
    await print(output, `${ids.join(" ")}\n`);
    return 0;
  },

  async kill(process) {
    const [first = "", ...rest] = process.args;
    const isSignal = first.startsWith("-");
    const signalNumber = isSignal ? signalNumberOf(first.slice(1)) : terminate;
    if (signalNumber === undefined) return await complain(process, `kill: bad signal '${first.slice(1)}'`);
    return await killEach(process, isSignal ? rest : process.args, signalNumber);
  },
};

async function killEach(process: Process, ids: readonly string[], signalNumber: number): Promise<number> {
  let exitCode = 0;
  for (const id of ids) {
    if (process.android.processes.kill(Number(id), signalNumber)) continue;
    exitCode = await complain(process, `/system/bin/sh: kill: ${id}: No such process`);
  }
  return exitCode;
}

/** `9`, `KILL` or `SIGKILL`. */
function signalNumberOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : signalNumbers[text.replace(/^SIG/, "")];
}

function psRow({ processId, name }: RunningProgram): string {
  return `shell        ${String(processId).padStart(5)}     1 10761064   3280 do_sys_poll         0 S ${name}`;
}
