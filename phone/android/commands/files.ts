import { md5 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { errnoText, type Errno } from "../errno.ts";
import { absolute, type CommandTable, complain, print, type Process } from "../process.ts";
import { readArguments } from "./arguments.ts";

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
