import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Plugin } from "vite";

/**
 * The program that scrcpy runs on the phone (Apache-2.0, Genymobile). It is not committed: the build takes it from
 * an npm package that carries it unchanged, because a farm's network often reaches npm and not GitHub's releases.
 */
const pinned = {
  version: "3.3.3",
  packageSpec: "@midscene/android@1.7.3",
  pathInPackage: "package/bin/scrcpy-server",
  sha256: "7e70323ba7f259649dd4acce97ac4fefbae8102b2c6d91e2e7be613fd5354be0",
};
/** Where the engine finds it, beside the page. */
const fileName = "scrcpy-server.bin";

const run = promisify(execFile);

/** The server's bytes, from the cache or else from npm; throws when they are not the pinned ones. */
async function loadScrcpyServer(cacheDir: string): Promise<Buffer> {
  const cached = join(cacheDir, `scrcpy-server-${pinned.version}`);
  const known = await readFile(cached).catch(() => undefined);
  if (known && isPinned(known)) return known;
  await mkdir(cacheDir, { recursive: true });
  const scratch = await mkdtemp(join(cacheDir, "unpack-"));
  try {
    const tarball = await download(scratch);
    const unpacked = await run("tar", ["-xzOf", tarball, pinned.pathInPackage], { encoding: "buffer" });
    if (!isPinned(unpacked.stdout)) {
      throw new Error(
        `scrcpy-server in ${pinned.packageSpec} is not the pinned one (sha256 ${pinned.sha256})`,
      );
    }
    // Renamed into place, so that a build cut short never leaves half a file.
    await writeFile(join(scratch, "server"), unpacked.stdout);
    await rename(join(scratch, "server"), cached);
    return unpacked.stdout;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Packs the npm package into `folder`; its path. */
async function download(folder: string): Promise<string> {
  const npm = process.env["npm_execpath"];
  const pack = ["pack", pinned.packageSpec, "--silent", "--pack-destination", folder];
  try {
    const { stdout } = await (npm ? run(process.execPath, [npm, ...pack]) : run("npm", pack));
    return join(folder, stdout.trim().split("\n").at(-1) ?? "");
  } catch {
    throw new Error(
      `cannot get the scrcpy server: "npm pack ${pinned.packageSpec}" failed. ` +
        "The first build needs the npm registry; check the network and npm's settings.",
    );
  }
}

function isPinned(bytes: Buffer): boolean {
  return createHash("sha256").update(bytes).digest("hex") === pinned.sha256;
}

/** Vite plugin: the server as `/scrcpy-server.bin`, in the build and on the development server. */
export function scrcpyServer(cacheDir: string): Plugin {
  return {
    name: "tabfarm:scrcpy-server",
    async generateBundle() {
      this.emitFile({ type: "asset", fileName, source: await loadScrcpyServer(cacheDir) });
    },
    configureServer(server) {
      server.middlewares.use(`/${fileName}`, (_request, response, next) => {
        loadScrcpyServer(cacheDir).then((bytes) => response.end(bytes), next);
      });
    },
  };
}
