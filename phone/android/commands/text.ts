import { errnoText } from "../errno.ts";
import {
  absolute,
  type CommandTable,
  complain,
  type Input,
  type Output,
  print,
  type Process,
  readAll,
} from "../process.ts";

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Each named file's bytes, or stdin's for none or `-`; what cannot be read is said and counted. */
async function readFiles(process: Process, command: string, paths: readonly string[]) {
  const contents: Uint8Array[] = [];
  let exitCode = 0;
  for (const path of paths.length > 0 ? paths : ["-"]) {
    if (path === "-") contents.push(await readAll(process.input));
    else {
      const bytes = process.android.files.read(absolute(process, path));
      if (bytes.ok) contents.push(bytes.value);
      else exitCode = await complain(process, `${command}: ${path}: ${errnoText[bytes.errno]}`);
    }
  }
  return { contents, exitCode };
}

function linesOf(bytes: Uint8Array): string[] {
  const lines = decode(bytes).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** `-n 5`, `-n5` or `-5`, and what is left. */
function readCount(args: readonly string[]): { count: number; paths: string[] } {
  const [first = "", second = "", ...rest] = args;
  if (first === "-n") return { count: Math.abs(Number(second)), paths: rest };
  const match = /^-n?(\d+)$/.exec(first);
  return match ? { count: Number(match[1]), paths: args.slice(1) } : { count: 10, paths: [...args] };
}

/** What `wc` counts, by its option. */
const counters = {
  l: (bytes: Uint8Array) => decode(bytes).split("\n").length - 1,
  w: (bytes: Uint8Array) => decode(bytes).split(/\s+/).filter(Boolean).length,
  c: (bytes: Uint8Array) => bytes.byteLength,
};

export const textCommands: CommandTable = {
  true: () => 0,
  false: () => 1,

  async echo({ args, output }) {
    let words = args;
    let end = "\n";
    let hasEscapes = false;
    while (words[0] && /^-[neE]+$/.test(words[0])) {
      if (words[0].includes("n")) end = "";
      if (words[0].includes("e")) hasEscapes = true;
      words = words.slice(1);
    }
    const text = words.join(" ");
    await print(output, (hasEscapes ? unescape(text) : text) + end);
    return 0;
  },

  async printf({ args: [format = "", ...values], output }) {
    let next = 0;
    const text = unescape(format).replace(/%([sd%])/g, (_, kind: string) => {
      if (kind === "%") return "%";
      next += 1;
      return values[next - 1] ?? (kind === "d" ? "0" : "");
    });
    await print(output, text);
    return 0;
  },

  async cat(process) {
    const paths = process.args.filter((arg) => arg !== "-u");
    let exitCode = 0;
    for (const path of paths.length > 0 ? paths : ["-"]) {
      if (path === "-") {
        for (let part = await process.input.read(); part; part = await process.input.read())
          await process.output(part);
        continue;
      }
      const parts = process.android.files.readParts(absolute(process, path));
      if (!parts.ok) exitCode = await complain(process, `cat: ${path}: ${errnoText[parts.errno]}`);
      else for (const part of parts.value) if (part.byteLength > 0) await process.output(part);
    }
    return exitCode;
  },

  async head(process) {
    const { count, paths } = readCount(process.args);
    let exitCode = 0;
    for (const path of paths.length > 0 ? paths : ["-"]) {
      if (path === "-") await printLines(process.input, count, process.output);
      else {
        const parts = process.android.files.readParts(absolute(process, path));
        if (parts.ok) await printLines(inputOf(parts.value), count, process.output);
        else exitCode = await complain(process, `head: ${path}: ${errnoText[parts.errno]}`);
      }
    }
    return exitCode;
  },

  async tail(process) {
    const { count, paths } = readCount(process.args);
    const { contents, exitCode } = await readFiles(process, "tail", paths);
    for (const bytes of contents) {
      await print(
        process.output,
        linesOf(bytes)
          .slice(count > 0 ? -count : Infinity)
          .map((line) => `${line}\n`)
          .join(""),
      );
    }
    return exitCode;
  },

  async wc(process) {
    const paths = process.args.filter((arg) => !arg.startsWith("-"));
    const { contents, exitCode } = await readFiles(process, "wc", paths);
    for (const [index, bytes] of contents.entries()) {
      const wanted = process.args
        .filter((arg) => arg.startsWith("-"))
        .join("")
        .replaceAll("-", "");
      const shown = Object.entries(counters).filter(([key]) => wanted.length === 0 || wanted.includes(key));
      const numbers = shown
        .map(([, count]) => String(count(bytes)).padStart(wanted.length === 1 ? 0 : 7))
        .join(" ");
      await print(process.output, `${numbers}${paths[index] === undefined ? "" : ` ${paths[index]}`}\n`);
    }
    return exitCode;
  },

  async grep(process) {
    const options = process.args.filter((arg) => /^-[a-zA-Z]+$/.test(arg)).join("");
    const [pattern, ...paths] = process.args.filter((arg) => !/^-[a-zA-Z]+$/.test(arg));
    if (pattern === undefined) return await complain(process, "grep: no REGEX", 2);
    const source = options.includes("F") ? pattern.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : pattern;
    let expression: RegExp;
    try {
      expression = new RegExp(source, options.includes("i") ? "i" : "");
    } catch {
      return await complain(process, `grep: bad REGEX '${pattern}'`, 2);
    }
    const { contents, exitCode } = await readFiles(process, "grep", paths);
    const found = contents.flatMap(linesOf).filter((line) => expression.test(line) !== options.includes("v"));
    if (options.includes("c")) await print(process.output, `${found.length}\n`);
    else if (!options.includes("q")) await print(process.output, found.map((line) => `${line}\n`).join(""));
    if (exitCode !== 0) return 2;
    return found.length > 0 ? 0 : 1;
  },

  async sort(process) {
    const { contents, exitCode } = await readFiles(
      process,
      "sort",
      process.args.filter((arg) => !arg.startsWith("-")),
    );
    const lines = contents.flatMap(linesOf).sort();
    if (process.args.includes("-r")) lines.reverse();
    await print(process.output, lines.map((line) => `${line}\n`).join(""));
    return exitCode;
  },

  async yes({ args, output, signal }) {
    const line = `${args.length > 0 ? args.join(" ") : "y"}\n`;
    const lines = line.repeat(Math.max(1, Math.floor(65_536 / line.length)));
    while (!signal.aborted) {
      await print(output, lines);
      // Into /dev/null nothing would ever wait, and nobody else would run.
      await waitMs(0, signal);
    }
    return 0;
  },

  async sleep(process) {
    const seconds = Number(process.args[0]?.replace(/s$/, ""));
    if (Number.isNaN(seconds)) return await complain(process, `sleep: bad time '${process.args[0] ?? ""}'`);
    await waitMs(seconds * 1000, process.signal);
    return 0;
  },
};

const lineFeed = 0x0a;

/** The first lines, and no more of the input than they are in: who writes it has not got to wait for the end. */
async function printLines(input: Input, count: number, output: Output): Promise<void> {
  let missing = count;
  while (missing > 0) {
    const part = await input.read();
    if (!part) return;
    let end = 0;
    while (missing > 0 && end < part.byteLength) {
      const at = part.indexOf(lineFeed, end);
      end = at < 0 ? part.byteLength : at + 1;
      if (at >= 0) missing -= 1;
    }
    await output(part.subarray(0, end));
  }
}

function inputOf(parts: readonly Uint8Array[]): Input {
  const left = [...parts];
  return { read: async () => left.shift() };
}

/** Settles after the time, or at once when the shell ends. */
export async function waitMs(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish);
  });
}

function unescape(text: string): string {
  const characters: Record<string, string> = { n: "\n", t: "\t", r: "\r", "\\": "\\", "0": "\0" };
  return text.replace(/\\([ntr\\0])/g, (_, letter: string) => characters[letter] ?? letter);
}
