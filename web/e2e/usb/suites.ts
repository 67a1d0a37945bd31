import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { realAdbdPackages, whyNoRealAdbd } from "../../../phone/testing/real-adbd/real-adbd.ts";

/** A part of `npm run test:usb`. */
export interface Suite {
  name: string;
  files: readonly string[];
  /** Debian's packages with the programs it needs. */
  packages(): readonly DebianPackage[];
  /** Why it cannot run here, in a sentence that says what to do; undefined: it can, without any more network. */
  obstacle(): string | undefined | Promise<string | undefined>;
  needsTestbed: boolean;
}

interface DebianPackage {
  name: string;
  isThere: () => boolean;
}

export const isRoot = (): boolean => process.getuid?.() === 0;

const withProgram = (name: string, program = name): DebianPackage => ({
  name,
  isThere: () => hasProgram(program),
});

const fuse: DebianPackage = {
  name: "libfuse3-dev",
  isThere: () => spawnSync("pkg-config", ["--exists", "fuse3"]).status === 0,
};

export const suites: readonly Suite[] = [
  {
    name: "Debian's adb",
    files: ["phone/node/debian-adb"],
    packages: () => [withProgram("adb")],
    obstacle: () => missing([withProgram("adb")]),
    needsTestbed: false,
  },
  {
    name: "A real adbd",
    files: ["phone/testing/real-adbd"],
    packages: () =>
      Object.entries(realAdbdPackages).map(([name, file]) => ({ name, isThere: () => existsSync(file) })),
    obstacle: whyNoRealAdbd,
    needsTestbed: false,
  },
  {
    name: "Chromium through USB",
    files: ["web/e2e/usb"],
    packages: () => testbedPackages,
    obstacle: () => testbedObstacle() ?? missing(testbedPackages),
    needsTestbed: true,
  },
];

const testbedPackages = [
  withProgram("gcc"),
  withProgram("adb"),
  withProgram("pkg-config"),
  fuse,
  withProgram("iproute2", "ip"),
  withProgram("xvfb", "Xvfb"),
  withProgram("xdotool"),
];

/** What the testbed cannot be given by installing something. */
export function testbedObstacle(): string | undefined {
  if (process.platform !== "linux") return "the USB testbed is for Linux only";
  if (!isRoot()) return "the USB testbed mounts file systems: run it as root (or in a container as root)";
  try {
    accessSync("/dev/fuse", constants.R_OK | constants.W_OK);
  } catch {
    return "there is no /dev/fuse: load the module (modprobe fuse), or start the container with --device /dev/fuse";
  }
  if (spawnSync("unshare", ["--mount", "--net", "true"]).status !== 0)
    return "this machine allows no mount namespaces (a container needs --cap-add SYS_ADMIN)";
  return undefined;
}

function missing(packages: readonly DebianPackage[]): string | undefined {
  const names = packages.filter(({ isThere }) => !isThere()).map(({ name }) => name);
  return names.length === 0 ? undefined : `install ${names.join(" ")} (apt-get install ${names.join(" ")})`;
}

function hasProgram(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));
}
