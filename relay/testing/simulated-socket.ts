import { io, type Socket } from "socket.io-client";
import { tcpSocketOf } from "./socket-io-client.ts";

/** A client's connection that comes back by itself, in a fraction of the time that a page takes. */
export interface SimulatedSocket {
  socket: Socket;
  /** Cuts it as a pulled cable does: the other side hears nothing of a goodbye. */
  drop(): void;
  close(): void;
}

const refusedRetryMs = 250;

/** A plain `socket.io-client` over a WebSocket, as our engine and our page use it. */
export function openSimulatedSocket(
  url: string,
  auth: Record<string, unknown>,
  extraHeaders: Record<string, string> = {},
): SimulatedSocket {
  const socket = io(url, {
    extraHeaders,
    transports: ["websocket"],
    forceNew: true,
    auth,
    reconnectionDelay: 50,
    reconnectionDelayMax: 500,
  });
  let retry: ReturnType<typeof setTimeout> | undefined;

  /** What a server says is final to `socket.io-client`: a refusal, and being sent away. */
  function comeBack(): void {
    clearTimeout(retry);
    retry = setTimeout(() => socket.connect(), refusedRetryMs);
  }
  socket.on("connect_error", () => {
    if (!socket.active) comeBack();
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io server disconnect") comeBack();
  });

  return {
    socket,
    drop() {
      if (socket.connected) tcpSocketOf(socket).destroy();
    },
    close() {
      clearTimeout(retry);
      socket.disconnect();
    },
  };
}
