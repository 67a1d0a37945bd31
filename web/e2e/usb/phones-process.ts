import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** `npm run phones` as a process of its own, and its console. */
export interface PhonesProcess {
  /** One of its console's commands, e.g. `unplug 1`. */
  tell(command: string): void;
  stop(): Promise<void>;
}

const main = fileURLToPath(new URL("../../../phone/node/main.ts", import.meta.url));

/** Settles once the phones are plugged in; rejects with what it said when it ends before. */
export async function spawnPhones(...args: string[]): Promise<PhonesProcess> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      said.push(line);
      if (line.startsWith("ready")) resolve();
    });
    void exited.then(() => reject(new Error(`the phones ended: ${said.join("\n")}`)));
  });
  return {
    tell: (command) => void child.stdin.write(`${command}\n`),
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
