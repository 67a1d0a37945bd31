import type { IncomingMessage } from "node:http";

/**
 * Does the request come from our own page, from one of the `allowed` origins, or from no page at all? CORS does not hold
 * for WebSockets, so a foreign page could connect from a visitor's browser; scripts and other programs send no `Origin`.
 * Behind a TLS proxy our page's scheme is not the relay's own, so only the host counts.
 */
export function isAllowedOrigin(
  { headers }: Pick<IncomingMessage, "headers">,
  allowed: readonly string[],
): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  if (host === undefined || !URL.canParse(origin)) return false;
  // `URL` leaves the scheme's usual port out of `host`; some proxies write it into the header.
  const own = URL.canParse(`http://${host}`) && new URL(origin.replace(/:.*$/, `://${host}`));
  return own !== false && own.host === new URL(origin).host;
}
