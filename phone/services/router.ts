import type { Android } from "../android/android.ts";
import type { Computer, OpenService, Service } from "../adb/service.ts";
import { joinDuplexes } from "../duplex-pair.ts";
import { makeReverseService } from "./reverse-service.ts";
import { makeShellService, readShellOptions } from "./shell-service.ts";
import { makeSyncService } from "./sync-service.ts";

/** Features that this phone really has, in AOSP's order; the banner lists them. */
export const features = ["shell_v2", "cmd", "stat_v2", "ls_v2", "fixed_push_mkdir", "delayed_ack"] as const;

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
  if (colon < 0) return undefined;
  const [name = "", ...options] = destination.slice(0, colon).split(",");
  const argument = destination.slice(colon + 1);
  switch (name) {
    case "shell":
      return makeShellService(android, readShellOptions(options, argument), argument);
    case "exec":
      return makeShellService(android, { hasProtocol: false, isTerminal: false, term: "dumb" }, argument);
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
    case "reboot":
      return async () => android.reboot();
    default:
      return undefined;
  }
}
