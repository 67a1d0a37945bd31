import { errnoText } from "./errno.ts";
import { absolute, type Output, print } from "./process.ts";
import type { Shell } from "./shell.ts";

/** Commands that change the shell itself. */
export type Builtin = (
  shell: Shell,
  args: readonly string[],
  streams: { output: Output; errors: Output },
) => Promise<number>;

export const builtins: Readonly<Record<string, Builtin | undefined>> = {
  ":": async () => 0,

  async cd(shell, [target = shell.variables.get("HOME") ?? "/"], { errors }) {
    const path = withoutDots(absolute(shell, target));
    const stat = shell.android.files.stat(path);
    if (stat.ok && stat.value.kind === "directory") {
      shell.directory = path;
      return 0;
    }
    const reason = stat.ok ? errnoText.ENOTDIR : errnoText[stat.errno];
    await print(errors, `/system/bin/sh: cd: ${target}: ${reason}\n`);
    return 2;
  },

  async exit(shell, [code]) {
    shell.exitCode = code === undefined ? shell.lastExitCode : Number(code) & 0xff;
    return shell.exitCode;
  },

  async export(shell, args) {
    for (const arg of args) {
      const [name = "", ...value] = arg.split("=");
      if (arg.includes("=")) shell.variables.set(name, value.join("="));
      shell.exported.add(name);
    }
    return 0;
  },

  async unset(shell, args) {
    for (const name of args) shell.variables.delete(name);
    return 0;
  },

  async pwd(shell, _args, { output }) {
    await print(output, `${shell.directory}\n`);
    return 0;
  },
};
// `builtins.constructor` and the like are no commands.
Object.setPrototypeOf(builtins, null);

/** Takes `.` and `..` out by their letters alone: mksh stays in `/sdcard`, link or not. */
function withoutDots(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
