import { errnoText } from "../errno.ts";
import type { FileStat } from "../file-node.ts";
import { absolute, type CommandTable, complain, print } from "../process.ts";
import { type Arguments, readArguments } from "./arguments.ts";

interface Entry {
  name: string;
  stat: FileStat;
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
function modeText(mode: number): string {
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

export const listCommands: CommandTable = {
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
      const named = listed.value.filter(
        (entry) => args.has("a") || args.has("A") || !entry.name.startsWith("."),
      );
      const itselfAndParent = [".", ".."].flatMap((name) => {
        const stat = files.stat(absolute(process, `${path}/${name}`));
        return stat.ok ? [{ name, stat: stat.value }] : [];
      });
      const entries = args.has("a") ? [...itselfAndParent, ...named] : named;
      const blocks = entries.reduce((sum, { stat }) => sum + Math.ceil(stat.size / 4096) * 4, 0);
      await print(process.output, (args.has("l") ? `total ${blocks}\n` : "") + render(entries, args));
      if (args.has("R")) {
        const below = named.filter(({ stat }) => stat.kind === "directory");
        directories.unshift(...below.map(({ name }) => `${path.replace(/\/$/, "")}/${name}`));
      }
    }
    return exitCode;
  },
};
