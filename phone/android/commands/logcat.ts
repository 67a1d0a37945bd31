import { keptEntries, type LogEntry, logPriorities, type LogPriority } from "../log.ts";
import { type CommandTable, complain, print, type Process } from "../process.ts";

/** How an entry is printed, by the name behind `-v` (AOSP `liblog`, `android_log_formatLogLine`). */
const formats: Readonly<Record<string, (entry: LogEntry) => string>> = {
  brief: ({ priority, tag, processId, message }) =>
    `${priority}/${tag.padEnd(8)}(${pad(processId)}): ${message}`,
  process: ({ priority, tag, processId, message }) => `${priority}(${pad(processId)}) ${message}  (${tag})`,
  raw: ({ message }) => message,
  tag: ({ priority, tag, message }) => `${priority}/${tag.padEnd(8)}: ${message}`,
  thread: ({ priority, processId, message }) => `${priority}(${pad(processId)}:${pad(processId)}) ${message}`,
  threadtime: ({ timeMs, processId, priority, tag, message }) =>
    `${timeOf(timeMs)} ${pad(processId)} ${pad(processId)} ${priority} ${tag.padEnd(8)}: ${message}`,
  time: ({ timeMs, priority, tag, processId, message }) =>
    `${timeOf(timeMs)} ${priority}/${tag.padEnd(8)}(${pad(processId)}): ${message}`,
};

const valueOptions = new Set(["-b", "-v", "-t", "-T", "-e", "-m", "-G", "--pid"]);

interface Options {
  flags: ReadonlySet<string>;
  values: ReadonlyMap<string, string>;
  /** The lightest priority that is shown, by tag; `*` for every other. */
  filters: ReadonlyMap<string, LogPriority | "S">;
}

export const logCommands: CommandTable = {
  async logcat(process) {
    const options = readOptions(process.args);
    const { log } = process.android;
    const format = formats[options.values.get("-v") ?? "threadtime"];
    if (!format)
      return await complain(process, `logcat: Invalid parameter "${options.values.get("-v") ?? ""}" to -v`);
    if (options.flags.has("-c")) {
      log.clear();
      return 0;
    }
    if (options.flags.has("-g")) {
      const used = log.entries().reduce((sum, { tag, message }) => sum + tag.length + message.length, 0);
      const sizes = `ring buffer is 256 KiB (${used} B consumed, ${used} B readable)`;
      await print(process.output, `main: ${sizes}, max entry is 5120 B, max payload is 4068 B\n`);
      return 0;
    }
    const show = (entries: readonly LogEntry[]) =>
      entries
        .filter((entry) => isShown(entry, options.filters))
        .map((entry) => `${format(entry)}\n`)
        .join("");
    const count = Number(options.values.get("-t") ?? options.values.get("-T") ?? Number.NaN);
    const entries = log.entries().slice(Number.isNaN(count) ? 0 : -count || Infinity);
    await print(process.output, `--------- beginning of main\n${show(entries)}`);
    if (!options.flags.has("-d") && !options.values.has("-t")) await follow(process, show);
    return 0;
  },

  /** `log [-p PRIORITY] [-t TAG] MESSAGE…` */
  async log({ args, android }) {
    const words = [...args];
    let priority: LogPriority = "I";
    let tag = "log";
    while (words[0] === "-p" || words[0] === "-t") {
      const [option, value = ""] = words.splice(0, 2);
      if (option === "-t") tag = value;
      else priority = logPriorities.find((letter) => letter === value.toUpperCase()) ?? priority;
    }
    android.log.write(tag, words.join(" "), { priority });
    return 0;
  },
};

async function follow(
  { android, output, signal }: Process,
  show: (entries: readonly LogEntry[]) => string,
): Promise<void> {
  let waiting: LogEntry[] = [];
  let wake: (() => void) | undefined;
  const stopListening = android.log.onEntry((entry) => {
    // A reader that stands still loses entries, as from the real ring buffer.
    waiting = [...waiting.slice(1 - keptEntries), entry];
    wake?.();
  });
  const onAbort = () => wake?.();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const entries = waiting;
      waiting = [];
      await print(output, show(entries));
    }
  } finally {
    stopListening();
    signal.removeEventListener("abort", onAbort);
  }
}

function readOptions(args: readonly string[]): Options {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const filters = new Map<string, LogPriority | "S">();
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (valueOptions.has(arg)) {
      at += 1;
      values.set(arg, args[at] ?? "");
    } else if (arg.startsWith("-")) flags.add(arg);
    else addFilter(filters, arg);
  }
  if (flags.has("-s") && !filters.has("*")) filters.set("*", "S");
  return { flags, values, filters };
}

/** `TAG:PRIORITY`, or `TAG` for every priority of it. */
function addFilter(filters: Map<string, LogPriority | "S">, text: string): void {
  const [tag = "", letter = "V"] = text.split(":");
  const wanted = letter.toUpperCase();
  filters.set(tag, wanted === "S" ? "S" : (logPriorities.find((priority) => priority === wanted) ?? "V"));
}

function isShown({ tag, priority }: LogEntry, filters: Options["filters"]): boolean {
  const least = filters.get(tag) ?? filters.get("*") ?? "V";
  return least !== "S" && logPriorities.indexOf(priority) >= logPriorities.indexOf(least);
}

function pad(processId: number): string {
  return String(processId).padStart(5);
}

/** Month, day and time to the millisecond. */
function timeOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(5, 23).replace("T", " ");
}
