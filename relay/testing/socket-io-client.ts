import { Socket as TcpSocket } from "node:net";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import type { Answer } from "../../protocol/contract.ts";
import type { Fault, Result } from "../../protocol/fault.ts";
import { makeInbox, type TestClient } from "./test-client.ts";

/** What is said of a connection that ended before anybody answered its handshake. */
export const wasCut = "the connection was cut";

/** Connects a plain `socket.io-client`; a refusal comes back as the fault in `connect_error`'s `data`. */
export function connectSocketIo(
  url: string,
  namespace: string,
  auth: Record<string, unknown>,
  options: Partial<ManagerOptions & SocketOptions> = {},
): Promise<Result<TestClient>> {
  const socket = io(url + namespace, { forceNew: true, reconnection: false, auth, ...options });
  const inbox = makeInbox();
  socket.onAny((event: string, payload: unknown) => inbox.received.push({ event, payload }));
  const client: TestClient = {
    ...inbox,
    send: (event, ...payload) => void socket.emit(event, ...payload),
    request: (event, payload) =>
      new Promise((resolve) => {
        socket.emit(event, payload, (answer: Answer<Record<string, unknown>>) => resolve(answer));
      }),
    isClosed: () => !socket.connected,
    pause: () => tcpSocketOf(socket).pause(),
    resume: () => tcpSocketOf(socket).resume(),
    close: () => void socket.disconnect(),
  };
  return new Promise((resolve) => {
    socket.once("connect", () => resolve({ ok: true, value: client }));
    // A refusal closes it too, and says why right afterwards.
    socket.io.once("close", () =>
      queueMicrotask(() => resolve({ ok: false, fault: { code: "INTERNAL", message: wasCut } })),
    );
    socket.once("connect_error", (error: Error & { data?: Fault }) => {
      resolve({ ok: false, fault: error.data ?? { code: "INTERNAL", message: error.message } });
      socket.disconnect();
    });
  });
}

/** The connection below the WebSocket of Node's engine.io-client: what has to stall for a peer to stop reading. */
export function tcpSocketOf(socket: Socket): TcpSocket {
  const webSocket: unknown = Reflect.get(socket.io.engine.transport, "ws");
  const tcpSocket: unknown =
    typeof webSocket === "object" && webSocket !== null ? Reflect.get(webSocket, "_socket") : undefined;
  if (tcpSocket instanceof TcpSocket) return tcpSocket;
  throw new Error("only a WebSocket connection can be paused");
}
