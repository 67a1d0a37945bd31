/** The programs that run on the phone: what `ps` lists and `kill` ends. */
export interface Processes {
  /**
   * Runs a program to its exit code. It ends at once when it is killed, also one that waits for input and looks at no
   * signal. A shell that merely goes aborts `signal` with another reason: that ends its input and breaks its output,
   * and a program may first finish with what it was given.
   */
  run(program: Program, run: (signal: AbortSignal) => Promise<number> | number): Promise<number>;
  /** Oldest first. */
  list(): readonly RunningProgram[];
  /** False: no such process. */
  kill(processId: number, signalNumber: number): boolean;
}

interface Program {
  name: string;
  args: readonly string[];
  /** Of what started it. */
  signal: AbortSignal;
}

export interface RunningProgram {
  processId: number;
  name: string;
  args: readonly string[];
}

/** Why a program was ended, as an `AbortSignal`'s reason. */
export class Killed extends Error {
  /** As a shell says it: 128 and Linux's number of the signal. */
  readonly exitCode: number;
  constructor(signalNumber: number) {
    super(`killed by signal ${signalNumber}`);
    this.exitCode = 128 + signalNumber;
  }
}

export function makeProcesses(): Processes {
  const running = new Map<number, RunningProgram & { end: AbortController }>();
  // Android has started a few thousand by the time anybody connects.
  let lastId = 4000;

  return {
    async run({ name, args, signal }, run) {
      lastId += 1;
      const processId = lastId;
      const end = new AbortController();
      const ended = AbortSignal.any([signal, end.signal]);
      running.set(processId, { processId, name, args, end });
      let stopWaiting: (() => void) | undefined;
      const killed = new Promise<number>((resolve) => {
        const onAbort = () => {
          if (ended.reason instanceof Killed) resolve(ended.reason.exitCode);
        };
        ended.addEventListener("abort", onAbort);
        stopWaiting = () => ended.removeEventListener("abort", onAbort);
        onAbort();
      });
      try {
        return await Promise.race([killed, run(ended)]);
      } finally {
        stopWaiting?.();
        running.delete(processId);
      }
    },
    list: () => [...running.values()],
    kill(processId, signalNumber) {
      const program = running.get(processId);
      program?.end.abort(new Killed(signalNumber));
      return program !== undefined;
    },
  };
}
