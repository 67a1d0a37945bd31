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
    const trouble = troubleWith(source);
    if (trouble !== undefined) return fail(`cannot bind listener: ${trouble}`);
    const address = source === "tcp:0" ? freePort(android) : source;
    const existing = own.get(address);
    if (existing && !mayRebind) return fail("cannot rebind existing socket");
    if (existing) {
      existing.target = target;
      return "OKAY";
    }
    const tunnel: Tunnel = { target, stop: () => undefined };
    const stop = android.sockets.forward(address, () => computer.open(tunnel.target));
    if (!stop) return fail("cannot bind listener: Address already in use");
    tunnel.stop = stop;
    own.set(address, tunnel);
    // A port is told, whoever chose it.
    return address.startsWith("tcp:") ? `OKAY${withLength(address.slice("tcp:".length))}` : "OKAY";
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
      if (rest === "" || rest.includes(";")) return fail(`bad killforward: ${rest}`);
      const tunnel = own.get(rest);
      if (!tunnel) return fail(`listener '${rest}' not found`);
      tunnel.stop();
      own.delete(rest);
      return "OKAY";
    }
    if (verb === "forward") {
      const mayRebind = !rest.startsWith("norebind:");
      const pair = mayRebind ? rest : rest.slice("norebind:".length);
      const [source = "", target = "", ...more] = pair.split(";");
      if (source === "" || target === "" || target.startsWith("*") || more.length > 0)
        return fail(`bad forward: ${pair}`);
      return forward(computer, source, target, mayRebind);
    }
    return fail("not a reverse forwarding command");
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

/** What adbd says of an address it cannot listen on (AOSP `socket_spec.cpp`, `socket_spec_listen`). */
function troubleWith(address: string): string | undefined {
  const [type, rest] = splitOnce(address, ":");
  if (type === "tcp") {
    if (rest === "") return "no host in ''";
    if (!/^\d+$/.test(rest)) return "listening on specified hostname currently unsupported";
    return Number(rest) > 65_535 ? `bad port number '${rest}'` : undefined;
  }
  const isLocal = /^local(?:abstract|reserved|filesystem)?$/.test(type) && rest !== "";
  return isLocal ? undefined : `unknown socket specification:${address}`;
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
