import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Process 1 of the namespaces that `real-adbd.ts` makes: mounts what adbd needs, starts it and hands its port out as a
 * socket in the file system, which unlike a port can be reached from another network namespace. When this process
 * ends, the kernel ends every other one and unmounts everything.
 *
 *     node inside.ts ROOT SOCKET
 */
const [root = "", socket = ""] = process.argv.slice(2);
const port = 5555;
const adbdStartMs = 10_000;

mountFileSystems();
// Without it nobody reaches 127.0.0.1 in a new network namespace.
execFileSync("ip", ["link", "set", "lo", "up"]);
const adbd = spawn("chroot", [root, "/usr/sbin/adbd"], {
  // Its log; standard output is for one word of this process's own.
  stdio: ["ignore", 2, 2],
  env: { ADBD_PORT: String(port), PATH: "/usr/bin:/usr/sbin", HOME: "/", SHELL: "/bin/sh", TMPDIR: "/tmp" },
});
adbd.once("exit", () => leave(1));
// The parent holds the other end: this is how its death is noticed, whatever it died of.
process.stdin.resume().once("end", () => leave(0));
await waitForPort();
createServer((near) => {
  const far = connect({ port, host: "127.0.0.1", noDelay: true });
  // What one end says after the other has gone is lost, as on a cable.
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    from.on("error", () => undefined).pipe(to);
    from.once("close", () => to.destroy());
  }
}).listen(socket, () => process.stdout.write("ready"));

/** The root itself stays as it was unpacked; what a test pushes goes to memory and is gone afterwards. */
function mountFileSystems(): void {
  const inRoot = (name: string) => path.join(root, name);
  mount("-o", "bind,ro", root, root);
  for (const name of ["data", "dev", "tmp"]) mount("-t", "tmpfs", "tmpfs", inRoot(name));
  mount("-t", "proc", "proc", inRoot("proc"));
  for (const name of ["full", "null", "random", "tty", "urandom", "zero"]) {
    writeFileSync(inRoot(`dev/${name}`), "");
    mount("--bind", `/dev/${name}`, inRoot(`dev/${name}`));
  }
  mkdirSync(inRoot("dev/pts"));
  mount("-t", "devpts", "-o", "newinstance,ptmxmode=0666", "devpts", inRoot("dev/pts"));
  symlinkSync("pts/ptmx", inRoot("dev/ptmx"));
  mkdirSync(inRoot("data/local/tmp"), { recursive: true });
}

function mount(...args: string[]): void {
  execFileSync("mount", args);
}

/** By the kernel's table and not by connecting: adbd would still be taking that down when the first computer comes. */
async function waitForPort(): Promise<void> {
  const listening = new RegExp(`:${port.toString(16).padStart(4, "0")} \\S+ 0A `, "i");
  for (const untilMs = Date.now() + adbdStartMs; Date.now() < untilMs; await delay(20)) {
    if (listening.test(readFileSync("/proc/net/tcp", "utf8") + readFileSync("/proc/net/tcp6", "utf8")))
      return;
  }
  leave(1);
}

function leave(code: number): void {
  rmSync(path.dirname(socket), { recursive: true, force: true });
  process.exit(code);
}
