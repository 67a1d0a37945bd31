import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { fail, succeed, type Result } from "../../protocol/fault.ts";
import type { TlsPair } from "./tls.ts";

/** How long a peer may take to say what it wants, so that slow ones do not use up the connections. */
export interface Patience {
  headersMs: number;
  /** Headers and body. */
  requestMs: number;
}

const usualPatience: Patience = { headersMs: 10_000, requestMs: 60_000 };

/** An HTTP server, with TLS when there is a certificate. */
export function makeHttpServer(
  listener: RequestListener,
  tls: TlsPair | undefined,
  { headersMs, requestMs }: Patience = usualPatience,
): Server {
  const limits = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    // Node looks only this often for those who are over the limits.
    connectionsCheckingInterval: headersMs / 2,
  };
  if (tls === undefined) return createServer(limits, listener);
  return createTlsServer({ ...limits, ...tls, handshakeTimeout: headersMs }, listener);
}

/** The port it listens on then. A failure is one line for the operator. */
export function listen(http: Server, host: string, port: number): Promise<Result<number>> {
  return new Promise((resolve) => {
    http.once("error", (failure: NodeJS.ErrnoException) =>
      resolve(fail("INTERNAL", listenProblem(failure, host, port))),
    );
    http.listen({ host, port }, () => {
      const address = http.address();
      resolve(succeed(typeof address === "object" && address !== null ? address.port : port));
    });
  });
}

/** Every open connection, to cut those that do not go by themselves. */
export function trackConnections(http: Server): Set<Socket> {
  const connections = new Set<Socket>();
  http.on("connection", (connection: Socket) => {
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
  });
  return connections;
}

function listenProblem({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === "EADDRINUSE") return `port ${port} on ${host} is in use; stop what uses it or choose --port`;
  if (code === "EACCES") return `port ${port} on ${host} is not allowed to you; choose --port above 1023`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `${host} is not an address of this machine`;
  return `cannot listen on ${host} port ${port}: ${message}`;
}
