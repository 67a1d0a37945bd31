import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

/**
 * The least that can forward frames in Node: what comes from a source goes to every viewer as it is. No check, no rooms,
 * no limit for a viewer that does not read. `/source` sends, everything else views.
 */
const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const viewers = new Set<WebSocket>();

server.on("connection", (socket, request) => {
  if (request.url === "/source") {
    socket.on("message", (frame: Buffer) => {
      for (const viewer of viewers) viewer.send(frame, { binary: true });
    });
    return;
  }
  viewers.add(socket);
  socket.on("close", () => viewers.delete(socket));
});
http.listen(0, "127.0.0.1", () => {
  process.stdout.write(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/\n`);
});
