import type { Server } from "node:http";
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listen, makeHttpServer } from "./server.ts";

let server: Server;
let port: number;
let asked: number;
beforeEach(async () => {
  asked = 0;
  const listener = () => void (asked += 1);
  server = makeHttpServer(listener, undefined, { headersMs: 100, requestMs: 200 });
  const listening = await listen(server, "127.0.0.1", 0);
  port = listening.ok ? listening.value : 0;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function talk(text: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(text);
  return socket;
}

describe("[W10] a peer", () => {
  test.each([
    ["says nothing", ""],
    ["never ends its headers", "GET / HTTP/1.1\r\nHost: x\r\nX-More: "],
    ["never ends its body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"],
  ])("that %s is cut", async (_, text) => {
    const socket = await talk(text);
    socket.resume();
    await once(socket, "close");
    expect(asked).toBeLessThanOrEqual(1);
  });
});
