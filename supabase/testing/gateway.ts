import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";

/** One origin on loopback for REST, Auth and Realtime, and every trouble there can be on the way to it. */
export interface Gateway {
  url: string;
  /** From now on requests meet this; nothing: all is well again. */
  disturb(disturbance?: Disturbance): void;
  /** Nobody listens at the URL any more, and what was connected is cut. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
  close(): Promise<void>;
}

export interface Disturbance {
  /** Only requests whose method and path (`POST /rest/v1/devices`) match. */
  only?: RegExp;
  delayMs?: number;
  /** The answer in place of the real one, e.g. 429 or 503. */
  status?: number;
  headers?: Record<string, string>;
  /** The request is carried out, and its answer lost. */
  losesAnswers?: boolean;
}

export interface Behind {
  answer(request: Request): Promise<Response>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

const cors = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
  "access-control-expose-headers": "*",
};

/** `makeBehind` is told the URL, which only a listening server knows. */
export async function startGateway(
  port: number,
  makeBehind: (url: string) => Promise<Behind>,
): Promise<Gateway> {
  let behind: Behind | undefined;
  let disturbance: Disturbance = {};
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void serve(request, response).catch((failure: unknown) => {
      response.writeHead(500, cors).end(String(failure));
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (request, socket: Duplex, head: Buffer) => behind?.upgrade(request, socket, head));
  await listen(port);
  const address = server.address();
  const ownPort = typeof address === "object" ? (address?.port ?? port) : port;
  const url = `http://127.0.0.1:${ownPort}`;
  behind = await makeBehind(url);

  async function listen(onPort: number): Promise<void> {
    server.listen(onPort, "127.0.0.1");
    await once(server, "listening");
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/" } = request;
    if (method === "OPTIONS") {
      const asked = request.headers["access-control-request-headers"] ?? "*";
      response.writeHead(204, { ...cors, "access-control-allow-headers": asked }).end();
      return;
    }
    const { only, delayMs = 0, status, headers = {}, losesAnswers = false } = disturbance;
    const isDisturbed = only === undefined || only.test(`${method} ${path}`);
    const body = await buffer(request);
    if (isDisturbed && delayMs > 0) await passes(delayMs);
    if (isDisturbed && status !== undefined) {
      response.writeHead(status, { ...cors, ...headers, "content-type": "application/json" });
      response.end(JSON.stringify({ message: `disturbed: ${status}` }));
      return;
    }
    const answer = await behind?.answer(requestOf(request, `${url}${path}`, body));
    if (answer === undefined || (isDisturbed && losesAnswers)) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...cors });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  async function unplug(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  return {
    url,
    disturb(next = {}) {
      disturbance = next;
    },
    unplug,
    plugIn: () => listen(ownPort),
    close: unplug,
  };
}

function requestOf({ method = "GET", rawHeaders }: IncomingMessage, url: string, body: Buffer): Request {
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  }
  return new Request(url, { method, headers, ...(body.length > 0 ? { body: new Uint8Array(body) } : {}) });
}

function passes(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
