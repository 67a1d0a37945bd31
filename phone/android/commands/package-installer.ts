import { errnoText } from "../errno.ts";
import { absolute, complain, print, type Process, readAtMost } from "../process.ts";

/** `pm install…` and `pm uninstall`, in the words of AOSP's `PackageManagerShellCommand`. */
type InstallerCommand = (process: Process, args: readonly string[]) => Promise<number>;

/** Options that take a value. */
const valueOptions = new Set(
  ["-i", "-p", "-S", "--abi", "--force-uuid", "--install-location", "--install-reason"].concat([
    "--originating-uri",
    "--pkg",
    "--referrer",
    "--user",
    "--versionCode",
  ]),
);

interface Arguments {
  options: ReadonlyMap<string, string>;
  /** `-S`: how long the archive on stdin is. */
  size: number | undefined;
  positional: readonly string[];
}

function readArguments(args: readonly string[]): Arguments {
  const options = new Map<string, string>();
  const positional: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (valueOptions.has(arg)) {
      at += 1;
      options.set(arg, args[at] ?? "");
    } else if (arg.startsWith("-") && arg !== "-") options.set(arg, "");
    else positional.push(arg);
  }
  const size = options.get("-S");
  return { options, positional, size: size === undefined ? undefined : Number(size) };
}

export const installerCommands: Readonly<Record<string, InstallerCommand>> = {
  async install(process, args) {
    const { options, size, positional } = readArguments(args);
    const paths = positional.length === 0 ? ["-"] : positional;
    if (paths[0] === "-" && size === undefined)
      return await say(process, "Error: must either specify a package size or an APK file", 1);
    const missing = paths.find((path) => path !== "-" && !process.android.files.stat(path).ok);
    if (missing !== undefined) {
      await complain(process, `Error: Unable to open file: ${missing}`);
      return await failWith(
        process,
        "install",
        `IllegalArgumentException: Error: Can't open file: ${missing}`,
      );
    }
    const id = await createSession(process, "install", options);
    if (id === undefined) return exceptionCode;
    for (const path of paths) {
      const name = paths.length === 1 ? "base.apk" : (path.split("/").at(-1) ?? path);
      const exitCode = await writeSession(process, { id, name, path, size });
      if (exitCode !== 0) {
        process.android.installs.abandon(id);
        return exitCode;
      }
    }
    return await commitSession(process, id);
  },

  async "install-create"(process, args) {
    const id = await createSession(process, "install-create", readArguments(args).options);
    if (id === undefined) return exceptionCode;
    return await say(process, `Success: created install session [${id}]`, 0);
  },

  async "install-write"(process, args) {
    const { size, positional } = readArguments(args);
    const [session = "", name = "", path = "-"] = positional;
    const id = await openSession(process, "install-write", session);
    if (id === undefined) return exceptionCode;
    const exitCode = await writeSession(process, { id, name, path, size });
    return exitCode === 0 ? await say(process, `Success: streamed ${size ?? 0} bytes`, 0) : exitCode;
  },

  async "install-commit"(process, args) {
    const id = await openSession(process, "install-commit", readArguments(args).positional[0]);
    return id === undefined ? exceptionCode : await commitSession(process, id);
  },

  async "install-abandon"(process, args) {
    const id = await openSession(process, "install-abandon", readArguments(args).positional[0]);
    if (id === undefined) return exceptionCode;
    process.android.installs.abandon(id);
    return await say(process, "Success", 0);
  },

  async uninstall(process, args) {
    const [name] = readArguments(args).positional;
    if (name === undefined) return await complain(process, "Error: package name not specified");
    // Nor can an app be uninstalled that the phone was sold with.
    return process.android.packages.uninstall(name)
      ? await say(process, "Success", 0)
      : await say(process, "Failure [DELETE_FAILED_INTERNAL_ERROR]", 1);
  },
};

async function say({ output }: Process, line: string, exitCode: number): Promise<number> {
  await print(output, `${line}\n`);
  return exitCode;
}

const exceptionCode = 255;

/** As AOSP's `ShellCommand` ends with an exception. */
async function failWith(process: Process, command: string, exception: string): Promise<number> {
  const title = `\nException occurred while executing '${command}':`;
  return await complain(process, `${title}\njava.lang.${exception}`, exceptionCode);
}

/** Undefined: there is not enough room, which was said. */
async function createSession(
  process: Process,
  command: string,
  options: ReadonlyMap<string, string>,
): Promise<number | undefined> {
  if (Number(options.get("-S") ?? 0) <= process.android.files.freeBytes) {
    return process.android.installs.create({ maySetBack: options.has("-d") });
  }
  const reason = "java.io.IOException: Requested internal only, but not enough space";
  await complain(
    process,
    `\nException occurred while executing '${command}':\nandroid.os.ParcelableException: ${reason}`,
  );
  return undefined;
}

/** Undefined: there is no such session, which was said. */
async function openSession(process: Process, command: string, text = ""): Promise<number | undefined> {
  const id = Number(text);
  if (process.android.installs.has(id)) return id;
  await failWith(process, command, `SecurityException: Caller has no access to session ${text}`);
  return undefined;
}

async function writeSession(
  process: Process,
  { id, name, path, size = 0 }: { id: number; name: string; path: string; size: number | undefined },
): Promise<number> {
  const { files, installs } = process.android;
  if (path === "-") {
    if (size <= 0) return await complain(process, "Error: must specify a APK size");
    installs.write(id, name, await readAtMost(process.input, size));
    return 0;
  }
  const bytes = files.read(absolute(process, path));
  if (!bytes.ok)
    return await complain(process, `Error: Unable to open file: ${path}: ${errnoText[bytes.errno]}`);
  installs.write(id, name, bytes.value);
  return 0;
}

async function commitSession(process: Process, id: number): Promise<number> {
  const failure = process.android.installs.commit(id);
  return failure === undefined
    ? await say(process, "Success", 0)
    : await say(process, `Failure [${failure}]`, 1);
}
