import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Debian's adbd is AOSP 34's. Coreutils and a shell are what its services start. */
const suite = "trixie";
const packages = ["adbd", "base-files", "coreutils", "dash"];
/** Empty folders that are mounted on, or that Android has. */
const mountPoints = ["data", "dev", "proc", "tmp"];
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const cache = path.join(import.meta.dirname, "../../../.cache/real-adbd");
// Another list of packages is another folder.
const rootFileSystem = path.join(cache, [suite, ...packages].join("-"));

/**
 * A folder to `chroot` into: a few packages of Debian trixie, downloaded by the host's own apt into lists of their own
 * (so the host's packages stay as they are and the archive's signature is verified) and unpacked without their scripts.
 * About 60 MB, made once and kept. Rejects when the archive cannot be had, or not be trusted.
 */
export async function makeRootFileSystem(): Promise<string> {
  if (existsSync(rootFileSystem)) return rootFileSystem;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(path.join(cache, "making-"));
  try {
    await unpack(await download(work), path.join(work, "root"));
  } finally {
    await rm(work, { recursive: true });
  }
  return rootFileSystem;
}

async function unpack(archives: readonly string[], partial: string): Promise<void> {
  await mkdir(partial);
  for (const archive of archives) await run("dpkg-deb", ["--extract", archive, partial]);
  for (const folder of mountPoints) await mkdir(path.join(partial, folder), { recursive: true });
  // Another process may have been as far at the same time; one of the two is as good as the other.
  await rename(partial, rootFileSystem).catch((error: unknown) => {
    if (!existsSync(rootFileSystem)) throw error;
  });
}

async function download(work: string): Promise<string[]> {
  const mirror = await findMirror();
  const state = path.join(work, "apt");
  for (const folder of ["sources", "lists/partial", "archives/partial"])
    await mkdir(path.join(state, folder), { recursive: true });
  const sources = path.join(state, "sources/debian.list");
  await writeFile(sources, `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
  const status = path.join(state, "status");
  await writeFile(status, "");
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    "Dir::Etc::SourceParts=/dev/null",
    `Dir::State=${state}`,
    `Dir::State::status=${status}`,
    `Dir::Cache=${state}`,
    "APT::Install-Recommends=false",
    "APT::Sandbox::User=root",
    "Acquire::Languages=none",
  ].flatMap((option) => ["-o", option]);
  await run("apt-get", [...options, "update"]);
  await run("apt-get", [...options, "install", "--yes", "--download-only", ...packages]);
  const archives = path.join(state, "archives");
  const names = (await readdir(archives)).filter((name) => name.endsWith(".deb"));
  return names.map((name) => path.join(archives, name));
}

/** Where the host gets its own Debian packages from; elsewhere somebody has to say it. */
async function findMirror(): Promise<string> {
  const said = process.env["DEBIAN_MIRROR"];
  if (said) return said;
  // A machine that has never fetched its lists does not know yet whose they are.
  const mirror = (await knownMirror()) ?? (await run("apt-get", ["update"]).then(knownMirror));
  if (mirror === undefined)
    throw new Error("apt here knows no archive of Debian's: say one in DEBIAN_MIRROR");
  return mirror;
}

async function knownMirror(): Promise<string | undefined> {
  const { stdout } = await run("apt-get", [
    "indextargets",
    "--format=$(REPO_URI)",
    "Created-By: Packages",
    "Origin: Debian",
    "Label: Debian",
  ]);
  return stdout.split("\n").find((line) => line !== "");
}
