import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** The token of `Authorization: Bearer …`. */
export function bearerTokenOf({ headers }: Pick<IncomingMessage, "headers">): string | undefined {
  return /^Bearer +([^ ]+) *$/i.exec(headers.authorization ?? "")?.[1];
}

const forwardingHeaders = ["x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"];

/**
 * Was this asked on the relay's own machine? A proxy there asks for others: it says so in a header, or by the name it
 * was asked for, which also unmasks a foreign page whose name was made to lead here.
 */
export function isFromThisMachine({
  headers,
  socket,
}: Pick<IncomingMessage, "headers"> & { socket: { remoteAddress?: string | undefined } }): boolean {
  if (forwardingHeaders.some((name) => headers[name] !== undefined)) return false;
  const host = `http://${headers.host ?? ""}`;
  return isLoopback(socket.remoteAddress ?? "") && URL.canParse(host) && isLoopback(new URL(host).hostname);
}

/** An address, or a name of one, that other machines cannot reach. */
export function isLoopback(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/^::ffff:/, "");
  return bare === "localhost" || bare === "::1" || /^127(\.\d{1,3}){3}$/.test(bare);
}

/**
 * The caller's IP address. Behind a proxy it is what that proxy put last into `X-Forwarded-For`; what stands before it
 * was sent along by the caller and may say anything.
 */
export function addressOf(headers: IncomingHttpHeaders, peerAddress: string, isBehindProxy: boolean): string {
  if (!isBehindProxy) return peerAddress;
  const last = [headers["x-forwarded-for"] ?? ""].flat().join().split(",").at(-1)?.trim() ?? "";
  return isIP(last) === 0 ? peerAddress : last;
}
