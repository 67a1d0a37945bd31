export const failure = 1;
export const badUsage = 2;

/** Ends the program with one line for the terminal. */
export function exitWith(line: string, code: number): void {
  process.stderr.write(`tabfarm: ${line}\n`);
  process.exitCode = code;
  process.exit();
}
