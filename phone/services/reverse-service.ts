import type { Android } from "../android/android.ts";
import type { Computer, Service } from "../adb/service.ts";

/** One `reverse:` tunnel: connections to the phone's address are opened to the computer's. */
interface Tunnel {
  target: string;
  stop(): void;
}

/** Answers `reverse:`'s requests (AOSP `packages/modules/adb/SERVICES.TXT`); each computer has its own tunnels, which end with its connection. */
export function makeReverseService(android: Android): (request: string, computer: Computer) => Service {
  const tunnelsOf = new WeakMap<Computer, Map<string, Tunnel>>();

  function tunnels(computer: Computer): Map<string, Tunnel> {
    const known = tunnelsOf.get(computer);
    if (known) return known;
    const made = new Map<string, Tunnel>();
    tunnelsOf.set(computer, made);
    computer.signal.addEventListener("abort", () => stopAll(made));
    return made;
  }

  function forward(computer: Computer, source: string, target: string, mayRebind: boolean): string {
    const own = tunnels(computer);
    const address = source === "tcp:0" ? freePort(android) : source;
    if (!/^(?:tcp:\d+|local(?:abstract|reserved|filesystem)?:.+)$/.test(address)) {
      return fail(`cannot bind listener: unknown socket specification '${address}'`);
    }
    const existing = own.get(address);
    if (existing && !mayRebind) return fail("cannot rebind existing socket");
    if (existing) existing.target = target;
    else {
      const tunnel: Tunnel = { target, stop: () => undefined };
      const stop = android.sockets.forward(address, () => computer.open(tunnel.target));
      if (!stop) return fail("cannot bind listener: Address already in use");
      tunnel.stop = stop;
      own.set(address, tunnel);
    }
    // A port the phone chose itself is told.
    return source === "tcp:0" ? `OKAY${withLength(address.slice("tcp:".length))}` : "OKAY";
  }

  function answer(request: string, computer: Computer): string {
    const own = tunnels(computer);
    const [verb, rest] = splitOnce(request, ":");
    if (request === "list-forward") {
      // adbd names its USB transport so.
      return withLength([...own].map(([source, { target }]) => `UsbFfs ${source} ${target}\n`).join(""));
    }
    if (request === "killforward-all") {
      stopAll(own);
      return "OKAY";
    }
    if (verb === "killforward") {
      const tunnel = own.get(rest);
      if (!tunnel) return fail(`listener '${rest}' not found`);
      tunnel.stop();
      own.delete(rest);
      return "OKAY";
    }
    if (verb === "forward") {
      const mayRebind = !rest.startsWith("norebind:");
      const [source, target] = splitOnce(mayRebind ? rest : rest.slice("norebind:".length), ";");
      if (source === "" || target === "" || target.startsWith("*")) return fail(`bad forward: ${request}`);
      return forward(computer, source, target, mayRebind);
    }
    return fail(`unknown service: ${request}`);
  }

  return (request, computer) => async (stream) => {
    const writer = stream.writable.getWriter();
    await writer.write(new TextEncoder().encode(answer(request, computer)));
    await writer.close();
  };
}

function stopAll(tunnels: Map<string, Tunnel>): void {
  for (const tunnel of tunnels.values()) tunnel.stop();
  tunnels.clear();
}

function freePort({ sockets }: Android): string {
  for (let port = 40_000; port < 65_536; port += 1) {
    if (!sockets.find(`tcp:${port}`)) return `tcp:${port}`;
  }
  throw new Error("every port of the phone is taken");
}

/** ADB's text: four hexadecimal digits of length, then the text. */
function withLength(text: string): string {
  return new TextEncoder().encode(text).byteLength.toString(16).padStart(4, "0") + text;
}

function fail(message: string): string {
  return `FAIL${withLength(message)}`;
}

/** What stands before and after the first separator. */
function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
