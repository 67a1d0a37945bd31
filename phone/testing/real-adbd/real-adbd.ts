import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { makeRootFileSystem } from "./root-file-system.ts";

/**
 * AOSP's own adbd, as Debian builds it, with a shell and no Android behind it. It is built without authentication
 * (`auth_required` is a constant there) and listens on every address, hence a network namespace of its own.
 */
export interface RealAdbd {
  /**
   * A new ADB connection, as over TCP. Rejects when adbd has gone. adbd itself closes one now and then that comes while it
   * takes others down.
   */
  connect(): Promise<Socket>;
  /** What it logged so far. */
  log(): string;
  /** Ends it with everything it started, its mounts and its files. */
  stop(): Promise<void>;
}

/** Debian's packages whose programs are used, by a file of each that tells whether it is there. */
export const realAdbdPackages = {
  "debian-archive-keyring": "/usr/share/keyrings/debian-archive-keyring.gpg",
  dpkg: "/usr/bin/dpkg-deb",
  iproute2: "/sbin/ip",
  mount: "/bin/mount",
  "util-linux": "/usr/bin/unshare",
} as const;

/**
 * Why a real adbd cannot run here, in words for a person; undefined when it can, and then its root file system is there
 * and no network is needed any more.
 */
export async function whyNoRealAdbd(): Promise<string | undefined> {
  if (process.platform !== "linux") return "adbd is for Linux only";
  if (process.getuid?.() !== 0) return "adbd and its mounts need root (or a container as root)";
  const missing = Object.entries(realAdbdPackages).flatMap(([name, file]) =>
    existsSync(file) ? [] : [name],
  );
  if (missing.length > 0) return `install ${missing.join(" ")}`;
  try {
    await promisify(execFile)("unshare", [...namespaces, "true"]);
  } catch {
    return "this machine allows no namespaces (a container needs --cap-add SYS_ADMIN)";
  }
  try {
    await makeRootFileSystem();
    return undefined;
  } catch (error) {
    return `Debian's packages cannot be had: ${error instanceof Error ? error.message : String(error)}`;
  }
}

// With --kill-child nothing outlives `unshare`, which is what `stop` has to end.
const namespaces = ["--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child"];
const startMs = 20_000;

/** Makes the root file system if there is none yet, starts adbd and waits until it accepts. Rejects with the reason. */
export async function startRealAdbd(): Promise<RealAdbd> {
  const reason = await whyNoRealAdbd();
  if (reason !== undefined) throw new Error(`no real adbd here: ${reason}`);
  const root = await makeRootFileSystem();
  const socket = path.join(await mkdtemp(path.join(tmpdir(), "real-adbd-")), "adb");
  const inside = path.join(import.meta.dirname, "inside.ts");
  const child = spawn("unshare", [...namespaces, process.execPath, inside, root, socket], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (text: Buffer) => void (log += text.toString()));
  const exited = once(child, "exit");

  async function stop(): Promise<void> {
    child.stdin.end();
    await exited;
  }

  async function open(): Promise<Socket> {
    const connection = connect(socket);
    await once(connection, "connect");
    return connection;
  }

  const isReady = await Promise.race([
    once(child.stdout, "data"),
    exited.then(() => undefined),
    delay(startMs, undefined, { ref: false }),
  ]);
  if (!isReady) {
    child.kill("SIGKILL");
    throw new Error(`adbd did not start:\n${log}`);
  }
  return { connect: open, log: () => log, stop };
}
