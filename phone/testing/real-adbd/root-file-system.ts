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
const root = path.join(cache, suite);

/** Why the root file system can neither be found nor made here; undefined when it can. */
export async function whyNoRootFileSystem(): Promise<string | undefined> {
  if (existsSync(root)) return undefined;
  if (!existsSync(keyring)) return `no ${keyring} (package debian-archive-keyring)`;
  const mirror = await findMirror().catch(() => undefined);
  return mirror === undefined ? "apt knows no Debian archive (apt-get update, or DEBIAN_MIRROR)" : undefined;
}

/**
 * A folder to `chroot` into: a few packages of Debian trixie, downloaded by the host's own apt into lists of their own
 * (so the host's packages stay as they are and the archive's signature is verified) and unpacked without their scripts.
 * About 60 MB, made once and kept.
 */
export async function makeRootFileSystem(): Promise<string> {
  if (existsSync(root)) return root;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(path.join(cache, "making-"));
  const partial = path.join(work, "root");
  await mkdir(partial);
  for (const archive of await download(work)) await run("dpkg-deb", ["--extract", archive, partial]);
  for (const folder of mountPoints) await mkdir(path.join(partial, folder), { recursive: true });
  // Another process may have been as far at the same time; one of the two is as good as the other.
  await rename(partial, root).catch((error: unknown) => {
    if (!existsSync(root)) throw error;
  });
  await rm(work, { recursive: true });
  return root;
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
  const { stdout } = await run("apt-get", [
    "indextargets",
    "--format=$(REPO_URI)",
    "Created-By: Packages",
    "Origin: Debian",
    "Label: Debian",
  ]);
  const [first] = stdout.split("\n");
  if (!first) throw new Error("apt knows no Debian archive");
  return first;
}
