import { type Apk, readApk } from "./apk.ts";
import type { FileSystem } from "./file-system.ts";

/** Apps that computers have installed; those the phone is sold with are its screen's. */
export interface Packages {
  list(): readonly InstalledPackage[];
  find(name: string): InstalledPackage | undefined;
  /** Installs or updates one app from its archives, all or nothing. Undefined: done; otherwise why not, as `pm` says it. */
  install(archives: readonly Archive[], options: { maySetBack: boolean }): string | undefined;
  /** False: it is not installed. */
  uninstall(name: string): boolean;
}

export interface InstalledPackage {
  name: string;
  versionCode: number;
  userId: number;
  /** What goes when the app goes. */
  folder: string;
  /** Of its archives, the base first. */
  paths: readonly string[];
}

/** An archive in the folder of an installation under way. */
export interface Archive {
  path: string;
  bytes: Uint8Array;
}

/** Android's first user id for apps (AOSP `android_filesystem_config.h`, AID_APP_START). */
const firstUserId = 10_000;

export function makePackages(files: FileSystem, sdk: number): Packages {
  const packages = new Map<string, InstalledPackage>();
  // Those below are the phone's own apps.
  let lastUserId = firstUserId + 150;

  function uninstall(name: string): boolean {
    const installed = packages.get(name);
    if (installed) files.uninstall(installed.folder);
    return packages.delete(name);
  }

  return {
    list: () => [...packages.values()],
    find: (name) => packages.get(name),
    uninstall,
    install(archives, { maySetBack }) {
      const read = readAll(archives);
      if (!read.ok) return read.failure;
      const { base } = read;
      const { packageName: name, versionCode } = base;
      const present = packages.get(name);
      if (present && present.versionCode > versionCode && !maySetBack) {
        return `INSTALL_FAILED_VERSION_DOWNGRADE: Downgrade detected: Update version code ${versionCode} is older than current ${present.versionCode}`;
      }
      uninstall(name);
      if (!present) lastUserId += 1;
      const own = `${name}-${randomName()}`;
      // Since Android 11 each app's folder lies in one whose name tells nothing.
      const folder = `/data/app/${sdk < 30 ? own : `~~${randomName()}`}`;
      const inside = sdk < 30 ? folder : `${folder}/${own}`;
      const paths = [base, ...read.splits].map((apk) => {
        const path = `${inside}/${apk.splitName === undefined ? "base" : `split_${apk.splitName}`}.apk`;
        files.install(path, { kind: "file", bytes: apk.bytes });
        return path;
      });
      packages.set(name, { name, versionCode, userId: present?.userId ?? lastUserId, folder, paths });
      return undefined;
    },
  };
}

/** Every archive, and that they belong together. */
function readAll(
  archives: readonly Archive[],
): { ok: true; base: Apk; splits: Apk[] } | { ok: false; failure: string } {
  let base: Apk | undefined;
  const splits: Apk[] = [];
  for (const { path, bytes } of archives) {
    const result = readApk(bytes, path);
    if (!result.ok) return result;
    const { apk } = result;
    const first = base ?? splits[0];
    if (first && first.packageName !== apk.packageName) {
      return refuse(`${path} package ${apk.packageName} inconsistent with ${first.packageName}`);
    }
    if (
      (apk.splitName === undefined && base) ||
      splits.some(({ splitName }) => splitName === apk.splitName)
    ) {
      return refuse(`Split ${apk.splitName ?? "null"} was defined multiple times`);
    }
    if (apk.splitName === undefined) base = apk;
    else splits.push(apk);
  }
  return base ? { ok: true, base, splits } : refuse("Full install must include a base package");
}

function refuse(message: string) {
  return { ok: false, failure: `INSTALL_FAILED_INVALID_APK: ${message}` } as const;
}

/** 16 random bytes as Android writes them into the names of folders, so that no app can guess them. */
function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
