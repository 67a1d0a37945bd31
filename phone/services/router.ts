import type { Android } from "../android/android.ts";
import type { Computer, OpenService, Service } from "../adb/service.ts";
import type { ByteDuplex } from "../byte-duplex.ts";
import { joinDuplexes } from "../duplex-pair.ts";
import { makeReverseService } from "./reverse-service.ts";
import { makeShellService, readShellOptions } from "./shell-service.ts";
import { makeSyncService } from "./sync-service.ts";

/** Features that this phone really has, in AOSP's order; the banner lists them. */
export const features = ["shell_v2", "cmd", "stat_v2", "ls_v2", "fixed_push_mkdir", "delayed_ack"] as const;

/** Services that adbd starts as a program, with the argument behind the colon (AOSP `adb/daemon/services.cpp`). */
const programs: ReadonlySet<string> = new Set(["reboot", "remount", "disable-verity", "enable-verity"]);

/** Services that only say something, as on a production build (AOSP `adb/daemon/restart_service.cpp`). */
const sayings = new Map([
  ["root", "adbd cannot run as root in production builds\n"],
  ["unroot", "adbd not running as root\n"],
]);

/** No app of this phone waits for a debugger: the lists of those that do are empty, and the one that is followed stays so. */
const debuggers = new Map<string, Service>([
  ["jdwp", async () => undefined],
  ["track-jdwp", async (stream, signal) => await sayAndStay(stream, "0000", signal)],
]);

/** Finds services by destination, `name[,option…]:argument`. */
export function makeServices(android: Android): OpenService {
  const reverse = makeReverseService(android);
  return (destination, computer) => openService(android, reverse, destination, computer);
}

function openService(
  android: Android,
  reverse: (request: string, computer: Computer) => Service,
  destination: string,
  computer: Computer,
): Service | undefined {
  const colon = destination.indexOf(":");
  if (colon < 0) return debuggers.get(destination);
  const [name = "", ...options] = destination.slice(0, colon).split(",");
  const argument = destination.slice(colon + 1);
  const raw = { hasProtocol: false, isTerminal: false, term: "dumb" };
  if (programs.has(name)) return makeShellService(android, raw, `/system/bin/${name} ${argument}`);
  const saying = sayings.get(name);
  if (saying !== undefined) return async (stream) => await say(stream, saying);
  // A command is a C string to the shell that it is given to.
  const [line = ""] = argument.split("\0");
  switch (name) {
    case "shell":
      return makeShellService(android, readShellOptions(options, line), line);
    case "exec":
      return makeShellService(android, raw, line);
    case "sync":
      return argument === "" ? makeSyncService(android) : undefined;
    case "reverse":
      return reverse(argument, computer);
    case "localabstract":
    case "tcp": {
      // Nobody listening is a refusal, which scrcpy's forward tunnel counts on while its server starts.
      const connect = android.sockets.find(destination);
      return connect && (async (stream) => await joinDuplexes(stream, await connect()));
    }
    // `tcpip:` and `usb:` would move adbd to another plug, which here is no wish of the computer's.
    default:
      return undefined;
  }
}

async function say(stream: ByteDuplex, text: string): Promise<void> {
  const writer = stream.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
}

async function sayAndStay(stream: ByteDuplex, text: string, signal: AbortSignal): Promise<void> {
  await stream.writable.getWriter().write(new TextEncoder().encode(text));
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
}
