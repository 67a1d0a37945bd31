import { absolute, type CommandTable, complain, type Process } from "../process.ts";

export const conditionCommands: CommandTable = {
  async test(process) {
    return Number(!isTrue(process, process.args));
  },
  async "["(process) {
    if (process.args.at(-1) !== "]") return await complain(process, "[: missing ']'", 2);
    return Number(!isTrue(process, process.args.slice(0, -1)));
  },
};

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
