import { md5 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { errnoText, type Errno } from "../errno.ts";
import type { FileStat } from "../file-node.ts";
import { absolute, type CommandTable, complain, print, type Process } from "../process.ts";

interface Entry {
  name: string;
  stat: FileStat;
}

interface Arguments {
  has(letter: string): boolean;
  paths: string[];
}

function readArguments(args: readonly string[]): Arguments {
  const end = args.indexOf("--");
  const options = (end < 0 ? args : args.slice(0, end)).filter((arg) => /^-./.test(arg));
  const paths = args.filter(
    (arg, index) => (end >= 0 && index > end) || (arg !== "--" && !options.includes(arg)),
  );
  return { has: (letter) => options.some((option) => option.includes(letter)), paths };
}

const ownerNames: Record<number, string> = {
  0: "root",
  1000: "system",
  1015: "sdcard_rw",
  1023: "media_rw",
  2000: "shell",
};
const name = (id: number) => ownerNames[id] ?? String(id);

/** `drwxrwx--x`, as `ls -l` writes it. */
export function modeText(mode: number): string {
  const type = { 0o04: "d", 0o12: "l", 0o02: "c" }[mode >> 12] ?? "-";
  const bits = Array.from("rwxrwxrwx", (letter, index) => (mode & (0o400 >> index) ? letter : "-"));
  if (mode & 0o2000) bits[5] = bits[5] === "x" ? "s" : "S";
  if (mode & 0o1000) bits[8] = bits[8] === "x" ? "t" : "T";
  return type + bits.join("");
}

function longLines(entries: Entry[]): string {
  const rows = entries.map(({ name: label, stat }) => [
    modeText(stat.mode),
    String(stat.links),
    name(stat.owner),
    name(stat.group),
    stat.kind === "device" ? "1,   3" : String(stat.size),
    new Date(stat.modifiedMs).toISOString().slice(0, 16).replace("T", " "),
    stat.target === undefined ? label : `${label} -> ${stat.target}`,
  ]);
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map(
      ([mode = "", links = "", owner = "", group = "", size = "", time = "", label = ""]) =>
        `${[mode, links.padStart(width(1)), owner.padEnd(width(2)), group.padEnd(width(3)), size.padStart(width(4)), time, label].join(" ")}\n`,
    )
    .join("");
}

function render(entries: Entry[], args: Arguments): string {
  if (entries.length === 0) return "";
  if (args.has("l")) return longLines(entries);
  return entries
    .map((entry) => `${entry.name}${args.has("p") && entry.stat.kind === "directory" ? "/" : ""}\n`)
    .join("");
}

/** Runs a change on every path, saying `command: path: reason` for each that fails. */
async function forEach(
  process: Process,
  command: string,
  paths: readonly string[],
  change: (path: string) => { ok: true } | { ok: false; errno: Errno },
): Promise<number> {
  if (paths.length === 0) return await complain(process, `${command}: Needs 1 argument`);
  let exitCode = 0;
  for (const path of paths) {
    const result = change(absolute(process, path));
    if (!result.ok) exitCode = await complain(process, `${command}: ${path}: ${errnoText[result.errno]}`);
  }
  return exitCode;
}

/** Where `cp` and `mv` put a file: into a directory under its own name, or at the path itself. */
function destination(process: Process, from: string, to: string): string {
  const target = absolute(process, to);
  const stat = process.android.files.stat(target);
  return stat.ok && stat.value.kind === "directory"
    ? `${target}/${from.split("/").findLast(Boolean) ?? ""}`
    : target;
}

async function printDigests(
  process: Process,
  command: string,
  digest: (bytes: Uint8Array) => Uint8Array,
): Promise<number> {
  let exitCode = 0;
  for (const path of process.args) {
    const bytes = process.android.files.read(absolute(process, path));
    if (!bytes.ok) exitCode = await complain(process, `${command}: ${path}: ${errnoText[bytes.errno]}`);
    else {
      const hex = Array.from(digest(bytes.value), (byte) => byte.toString(16).padStart(2, "0")).join("");
      await print(process.output, `${hex}  ${path}\n`);
    }
  }
  return exitCode;
}

export const fileCommands: CommandTable = {
  async ls(process) {
    const args = readArguments(process.args);
    const { files } = process.android;
    const paths = args.paths.length > 0 ? args.paths : ["."];
    const single: Entry[] = [];
    const directories: string[] = [];
    let exitCode = 0;
    for (const path of paths) {
      const whole = absolute(process, path);
      // A link named on the command line is followed, unless the long form is asked for.
      const stat = args.has("l") && !path.endsWith("/") ? files.lstat(whole) : files.stat(whole);
      if (!stat.ok) exitCode = await complain(process, `ls: ${path}: ${errnoText[stat.errno]}`);
      else if (stat.value.kind === "directory" && !args.has("d")) directories.push(path);
      else single.push({ name: path, stat: stat.value });
    }
    await print(process.output, render(single, args));
    const isTitled = paths.length > 1 || args.has("R");
    let isFirst = single.length === 0;
    while (directories.length > 0) {
      const path = directories.shift() ?? "";
      const listed = files.list(absolute(process, path));
      if (!listed.ok) {
        exitCode = await complain(process, `ls: ${path}: ${errnoText[listed.errno]}`);
        continue;
      }
      if (isTitled) await print(process.output, `${isFirst ? "" : "\n"}${path}:\n`);
      isFirst = false;
      const entries = listed.value.filter(
        (entry) => args.has("a") || args.has("A") || !entry.name.startsWith("."),
      );
      const blocks = entries.reduce((sum, { stat }) => sum + Math.ceil(stat.size / 4096) * 4, 0);
      await print(process.output, (args.has("l") ? `total ${blocks}\n` : "") + render(entries, args));
      if (args.has("R")) {
        const below = entries.filter(({ stat }) => stat.kind === "directory");
        directories.unshift(...below.map(({ name }) => `${path.replace(/\/$/, "")}/${name}`));
      }
    }
    return exitCode;
  },

  async rm(process) {
    const args = readArguments(process.args);
    const { files } = process.android;
    return await forEach(process, "rm", args.paths, (path) => {
      const stat = files.lstat(path);
      if (!stat.ok) return args.has("f") ? { ok: true } : stat;
      const isRecursive = args.has("r") || args.has("R");
      if (stat.value.kind === "directory" && !isRecursive) return { ok: false, errno: "EISDIR" };
      return files.remove(path, { isRecursive });
    });
  },

  async mkdir(process) {
    const args = readArguments(process.args);
    let exitCode = 0;
    if (args.paths.length === 0) return await complain(process, "mkdir: Needs 1 argument");
    for (const path of args.paths) {
      const result = process.android.files.makeDirectory(absolute(process, path), {
        withParents: args.has("p"),
      });
      if (!result.ok) exitCode = await complain(process, `mkdir: '${path}': ${errnoText[result.errno]}`);
    }
    return exitCode;
  },

  async rmdir(process) {
    return await forEach(process, "rmdir", readArguments(process.args).paths, (path) => {
      const stat = process.android.files.lstat(path);
      if (stat.ok && stat.value.kind !== "directory") return { ok: false, errno: "ENOTDIR" };
      return process.android.files.remove(path);
    });
  },

  async chmod(process) {
    const [mode = "", ...paths] = process.args.filter((arg) => arg !== "-R");
    const { files } = process.android;
    if (!/^[0-7]{1,4}$|^[ugoa]*[+-=][rwx]+$/.test(mode))
      return await complain(process, `chmod: bad mode '${mode}'`);
    return await forEach(process, "chmod", paths, (path) => {
      const stat = files.stat(path);
      return stat.ok ? files.changeMode(path, changedMode(stat.value.mode, mode)) : stat;
    });
  },

  async touch(process) {
    return await forEach(process, "touch", readArguments(process.args).paths, (path) =>
      process.android.files.write(path, new Uint8Array(), { isAppending: true }),
    );
  },

  async mv(process) {
    const paths = [...readArguments(process.args).paths];
    const to = paths.pop() ?? "";
    return await forEach(process, "mv", paths, (from) =>
      process.android.files.rename(from, destination(process, from, to)),
    );
  },

  async cp(process) {
    const paths = [...readArguments(process.args).paths];
    const to = paths.pop() ?? "";
    const { files } = process.android;
    return await forEach(process, "cp", paths, (from) => {
      const bytes = files.read(from);
      return bytes.ok ? files.write(destination(process, from, to), bytes.value) : bytes;
    });
  },

  md5sum: (process) => printDigests(process, "md5sum", md5),
  sha256sum: (process) => printDigests(process, "sha256sum", sha256),

  async test(process) {
    return Number(!isTrue(process, process.args));
  },
  async "["(process) {
    if (process.args.at(-1) !== "]") return await complain(process, "[: missing ']'", 2);
    return Number(!isTrue(process, process.args.slice(0, -1)));
  },
};

/** The new permission bits for `755` or `u+x`. */
function changedMode(before: number, change: string): number {
  if (/^\d/.test(change)) return Number.parseInt(change, 8);
  const [, who = "", sign = "", letters = ""] = /^([ugoa]*)([+=-])([rwx]+)$/.exec(change) ?? [];
  const bits = Array.from(letters).reduce((sum, letter) => sum | ({ r: 4, w: 2, x: 1 }[letter] ?? 0), 0);
  let mask = 0;
  for (const letter of who === "" || who.includes("a") ? "ugo" : who)
    mask |= bits << ({ u: 6, g: 3, o: 0 }[letter] ?? 0);
  if (sign === "+") return before | mask;
  return sign === "-" ? before & ~mask : mask;
}

function isTrue(process: Process, args: readonly string[]): boolean {
  const [first = "", second = "", third = ""] = args;
  if (first === "!") return !isTrue(process, args.slice(1));
  if (args.length === 2) {
    if (first === "-n") return second !== "";
    if (first === "-z") return second === "";
    const stat = process.android.files.stat(absolute(process, second));
    if (!stat.ok) return false;
    if (first === "-f") return stat.value.kind === "file";
    if (first === "-d") return stat.value.kind === "directory";
    if (first === "-s") return stat.value.size > 0;
    return ["-e", "-r", "-w", "-x"].includes(first);
  }
  if (args.length === 3) {
    const difference = Number(first) - Number(third);
    const comparisons: Record<string, boolean> = {
      "=": first === third,
      "==": first === third,
      "!=": first !== third,
      "-eq": difference === 0,
      "-ne": difference !== 0,
      "-lt": difference < 0,
      "-le": difference <= 0,
      "-gt": difference > 0,
      "-ge": difference >= 0,
    };
    return comparisons[second] ?? false;
  }
  return args.length === 1 && first !== "";
}
