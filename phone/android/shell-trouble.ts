/** What went wrong before a command could start, with sh's exit code. */
export class ShellTrouble extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
