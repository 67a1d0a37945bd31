import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** `npm run phones` as a process of its own. */
export interface RunningPhones {
  /** `host:port` of each phone's ADB over TCP. */
  addresses: string[];
  /** Types a line into the phones' console; answers the first line it prints. */
  say(line: string): Promise<string>;
  /** What the process has used until now; on Linux only. */
  cpuMs(): number;
  /** Ends them; rejects when a phone had a bug meanwhile. */
  stop(): Promise<void>;
}

export async function startPhones(args: readonly string[]): Promise<RunningPhones> {
  const script = fileURLToPath(new URL("../main.ts", import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (text) => (errors += String(text)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`the phones have ended: ${errors}`);
    return value;
  };

  const addresses: string[] = [];
  for (let line = await nextLine(); !line.startsWith("ready"); line = await nextLine()) {
    const address = /adb connect (\S+)/.exec(line)?.[1];
    if (address !== undefined) addresses.push(address);
  }

  return {
    addresses,
    async say(line) {
      child.stdin.write(`${line}\n`);
      return await nextLine();
    },
    cpuMs: () => cpuMsOf(child.pid ?? 0),
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      if (errors !== "") throw new Error(`the phones said: ${errors}`);
    },
  };
}

/** Of all its threads: the 14th and 15th field of `/proc/PID/stat`, in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(" ");
  return (Number(fields[13]) + Number(fields[14])) * 10;
}
