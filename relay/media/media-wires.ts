import type { IncomingMessage, Server as HttpServer } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { mediaPath, mediaSubprotocol } from "../../protocol/media-connection.ts";
import { systemClock } from "../clock.ts";
import { addressOf } from "../http/caller.ts";
import { isAllowedOrigin } from "../socket-io/origin.ts";
import type { SocketIoOptions } from "../socket-io/socket-io-wires.ts";
import type { Gate, Wires } from "../wire.ts";
import { attendConnection, mostStrangerBytes, type MediaConnection } from "./media-connection.ts";
import { watchConnections } from "./liveness.ts";
import { makeRoomIndex } from "./room-index.ts";

/** To whoever connects again: the relay goes away, and may come back. */
const goingAway = 1001;

/** `/media` on an HTTP server that the caller listens with and closes; Socket.IO may be on the same one. */
export function makeMediaWires(
  http: HttpServer,
  { clock = systemClock, allowedOrigins = [], isBehindProxy = false }: SocketIoOptions = {},
): Wires {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: mostStrangerBytes,
    handleProtocols: () => mediaSubprotocol,
  });
  const rooms = makeRoomIndex();
  const connections = new Set<MediaConnection>();
  const stopWatching = watchConnections(connections, clock);
  let gate: Gate | undefined;

  /** Why not, as the status of the answer. */
  function refusal(request: IncomingMessage): string | undefined {
    if (gate === undefined) return "503 Service Unavailable";
    if (!isAllowedOrigin(request, allowedOrigins)) return "403 Forbidden";
    const offered = request.headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim()) ?? [];
    return offered.includes(mediaSubprotocol) ? undefined : "400 Bad Request";
  }

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // Of any other path Socket.IO takes care.
    if (request.url?.split("?", 1)[0] !== mediaPath) return;
    const refused = refusal(request);
    if (refused !== undefined || gate === undefined) {
      stream.on("error", () => {});
      stream.end(`HTTP/1.1 ${refused}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const needs = {
      gate,
      clock,
      rooms,
      address: addressOf(request.headers, request.socket.remoteAddress ?? "", isBehindProxy),
    };
    server.handleUpgrade(request, stream, head, (socket) => {
      const connection = attendConnection(socket, stream, needs);
      connections.add(connection);
      socket.once("close", () => connections.delete(connection));
    });
  }

  http.on("upgrade", upgrade);
  return {
    open(opened) {
      gate = opened;
    },
    emit(namespace, names, event, payload) {
      if (namespace !== "/stream") return;
      for (const wire of rooms.membersOf(names)) wire.emit(event, payload);
    },
    async close() {
      gate = undefined;
      stopWatching();
      http.off("upgrade", upgrade);
      await Promise.all([...connections].map((connection) => connection.end(goingAway)));
    },
  };
}
