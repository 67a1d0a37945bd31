import type { Clock } from "../clock.ts";
import type { PhoneModel } from "../model.ts";
import { groupId, userId } from "./file-node.ts";
import { type FileSystem, makeFileSystem } from "./file-system.ts";
import type { Properties } from "./properties.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** The files a phone is sold with. `binaries` are the names in `/system/bin`. */
export function makeInitialFiles(options: {
  model: PhoneModel;
  clock: Clock;
  upMs: () => number;
  isFull: () => boolean;
  properties: Properties;
  binaries: readonly string[];
}): FileSystem {
  const { model, clock, upMs, properties } = options;
  const files = makeFileSystem(clock, options.isFull);
  const text = (path: string, make: () => string) =>
    files.install(path, { kind: "file", bytes: () => encode(make()), mode: 0o444 });

  files.install("/data", { kind: "directory", mode: 0o771, owner: userId.system });
  files.install("/data/app", { kind: "directory", mode: 0o771, owner: userId.system });
  files.install("/data/local", { kind: "directory", mode: 0o751 });
  files.install("/data/local/tmp", { kind: "directory", mode: 0o771, owner: userId.shell });
  files.install("/storage/emulated", { kind: "directory", mode: 0o751 });
  const shared = { kind: "directory", mode: 0o2770, owner: userId.root, group: groupId.mediaRw } as const;
  files.install("/storage/emulated/0", shared);
  for (const name of ["Alarms", "Android", "DCIM", "Documents", "Download", "Movies", "Music", "Pictures"]) {
    files.install(`/storage/emulated/0/${name}`, shared);
  }
  files.install("/storage/self/primary", { kind: "link", target: "/storage/emulated/0" });
  files.install("/sdcard", { kind: "link", target: "/storage/self/primary" });
  files.install("/etc", { kind: "link", target: "/system/etc" });
  files.install("/bin", { kind: "link", target: "/system/bin" });
  files.install("/dev/null", { kind: "device" });
  files.install("/system/etc/hosts", {
    kind: "file",
    bytes: encode("127.0.0.1       localhost\n::1             ip6-localhost\n"),
  });
  files.install("/system/build.prop", {
    kind: "file",
    bytes: encode(
      properties
        .list()
        .map(([key, value]) => `${key}=${value}\n`)
        .join(""),
    ),
    mode: 0o600,
  });
  for (const name of options.binaries) {
    files.install(`/system/bin/${name}`, { kind: "file", bytes: encode("\x7fELF"), mode: 0o755 });
  }
  text("/proc/uptime", () => {
    const seconds = (upMs() / 1000).toFixed(2);
    return `${seconds} ${seconds}\n`;
  });
  text(
    "/proc/version",
    () => `Linux version 5.15.110-android${model.androidVersion} (virtual phone) #1 SMP PREEMPT\n`,
  );
  text("/proc/loadavg", () => "0.42 0.37 0.35 1/812 4242\n");
  text(
    "/proc/meminfo",
    () => "MemTotal:        7802344 kB\nMemFree:          412032 kB\nMemAvailable:    3201420 kB\n",
  );
  return files;
}
