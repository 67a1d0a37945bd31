import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The relay as a process of its own, so that it can be killed as a power cut kills it. */
export interface RelayProcess {
  port: number;
  url: string;
  demoUrl: string;
  kill(): Promise<void>;
}

/** The program that `npm start` runs. */
const relayMain = fileURLToPath(new URL("../../relay/main.ts", import.meta.url));

/** Port 0 takes a free one; the data folder keeps the tokens. Rejects when it ends before it listens. */
export async function spawnRelay(
  port: number,
  dataDir: string,
  env: Record<string, string> = {},
): Promise<RelayProcess> {
  const args = [relayMain, "--port", String(port), "--data", dataDir];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
  const exited = once(child, "exit");
  const demoUrl = await printedDemoUrl(child);
  return {
    port: Number(new URL(demoUrl).port),
    url: new URL(demoUrl).origin,
    demoUrl,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** The demo's link, once the relay prints it; rejects when it ends before. */
export function printedDemoUrl(relay: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const link = /http:\/\/\S+\/demo#\S+/.exec(printed)?.[0];
      // The line that follows has come too: this one is whole.
      if (link !== undefined && printed.includes("/dashboard#")) resolve(link);
    };
    relay.stdout.on("data", read);
    relay.stderr.on("data", read);
    relay.once("exit", () => reject(new Error(`the relay ended: ${printed}`)));
  });
}
