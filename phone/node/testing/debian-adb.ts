import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listen } from "../listen.ts";

/** Debian's `adb` with a server, a key and a port of its own: nothing of the machine's is touched. */
export interface DebianAdb {
  /** Runs a command to its end. */
  run(
    args: readonly string[],
    options?: { input?: Uint8Array | string; timeoutMs?: number },
  ): Promise<AdbResult>;
  /** Starts a command that goes on. */
  start(args: readonly string[]): AdbCommand;
  /** The server dies without a word to anybody, and a new one starts. */
  killServer(): Promise<void>;
  close(): Promise<void>;
}

export interface AdbResult {
  exitCode: number | null;
  stdout: Buffer;
  stderr: Buffer;
  /** Both outputs as text. */
  text: string;
}

export interface AdbCommand {
  type(text: string): void;
  /** What it has printed until now. */
  printed: () => string;
  /** Settles when it has ended. */
  ended: Promise<AdbResult>;
  kill: () => void;
}

export async function startDebianAdb(environment: NodeJS.ProcessEnv = {}): Promise<DebianAdb> {
  const home = await mkdtemp(join(tmpdir(), "tabfarm-adb-"));
  const env = {
    ...process.env,
    HOME: home,
    ANDROID_ADB_SERVER_PORT: String(await freePort()),
    // Otherwise the server takes whatever listens on 5555 to 5585 for an emulator.
    ADB_LOCAL_TRANSPORT_MAX_PORT: "5554",
    ...environment,
  };
  let server = await startServer(env);

  function start(args: readonly string[]): AdbCommand {
    const child = spawn("adb", args, { env });
    return commandOf(child);
  }

  async function killServer(): Promise<void> {
    server.kill("SIGKILL");
    await once(server, "exit");
  }

  return {
    start,
    async run(args, { input = "", timeoutMs = 60_000 } = {}) {
      const child = spawn("adb", args, { env });
      const { ended, kill } = commandOf(child);
      child.stdin.end(input);
      const timer = setTimeout(kill, timeoutMs);
      try {
        return await ended;
      } finally {
        clearTimeout(timer);
      }
    },
    async killServer() {
      await killServer();
      server = await startServer(env);
    },
    async close() {
      await killServer();
      await rm(home, { recursive: true });
    },
  };
}

/** In the foreground, so that it is ours to end. */
async function startServer(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const server = spawn("adb", ["nodaemon", "server"], { env, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  server.stderr.on("data", (text) => (log += String(text)));
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`adb's server did not start: ${log}`);
    // Asked by hand: as long as ours does not answer, adb would start one by itself.
    if (await isListening(Number(env["ANDROID_ADB_SERVER_PORT"]))) return server;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`adb's server does not answer: ${log}`);
}

function commandOf(child: ReturnType<typeof spawn>): AdbCommand {
  const outputs: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  child.stdout?.on("data", (bytes: Buffer) => outputs.stdout.push(bytes));
  child.stderr?.on("data", (bytes: Buffer) => outputs.stderr.push(bytes));
  // Ends of a command that no longer reads are no trouble of ours.
  child.stdin?.on("error", () => undefined);
  const printed = () => Buffer.concat([...outputs.stdout, ...outputs.stderr]).toString();
  return {
    type: (text) => void child.stdin?.write(text),
    printed,
    ended: once(child, "close").then(([exitCode]: (number | null)[]) => ({
      exitCode: exitCode ?? null,
      stdout: Buffer.concat(outputs.stdout),
      stderr: Buffer.concat(outputs.stderr),
      text: printed(),
    })),
    kill: () => void child.kill("SIGKILL"),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0, "127.0.0.1");
  server.close();
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const isOpen = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "close").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return isOpen;
}
