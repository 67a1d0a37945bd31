import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Usage } from "./probe.ts";

/** A program of ours in a process of its own, which can be killed as a power cut kills it and tells what it used. */
export interface ProbedProcess {
  /** Everything it printed. */
  output(): string;
  /** The first match of the pattern in what it printed, once it is there. Rejects when the process ends before. */
  printed(pattern: RegExp): Promise<string>;
  usage(): Promise<Usage>;
  /** As `usage`, after a garbage collection: what is in memory because it is needed. */
  usageCollected(): Promise<Usage>;
  hasExited(): boolean;
  kill(): Promise<void>;
}

const probe = new URL("probe.ts", import.meta.url).href;

export function startProbed(script: URL, args: string[], env: Record<string, string> = {}): ProbedProcess {
  const child = fork(fileURLToPath(script), args, {
    execArgv: ["--expose-gc", "--import", probe],
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  const exited = once(child, "exit");
  child.once("exit", () => {
    for (const listener of listeners) listener();
  });
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;

  async function ask(request: "usage" | "collect"): Promise<Usage> {
    const answered = once(child, "message", { signal: AbortSignal.timeout(30_000) });
    child.send(request);
    const [usage] = await answered;
    // What `probe.ts` sent.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return usage as Usage;
  }

  return {
    output: () => output,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output)?.[0];
          if (found === undefined && !hasExited()) return;
          listeners.delete(look);
          if (found === undefined) reject(new Error(`it ended before it printed ${pattern}: ${output}`));
          else resolve(found);
        };
        listeners.add(look);
        look();
      }),
    usage: () => ask("usage"),
    usageCollected: () => ask("collect"),
    hasExited,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
