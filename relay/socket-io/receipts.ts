import type { Socket } from "socket.io";

/** An Engine.IO connection, on which several Socket.IO sockets may share the way. */
export type EngineConnection = Socket["conn"];

/** Tells when the peer of an Engine.IO connection has received what was sent to it. */
export interface Receipts {
  /** Resolves when the peer has received everything sent so far, or when the connection is closed. */
  request(): Promise<void>;
}

interface EnginePacket {
  type: string;
}

/**
 * Receipts from any Socket.IO client, also from one that acknowledges nothing: an extra Engine.IO `ping` goes behind what
 * was sent, and every client answers it with a `pong` from its own event loop, after it has read what came before.
 * Pings and pongs carry no number, so they are matched in order, together with Engine.IO's own. Must be made when the
 * connection is, before its first ping. An upgrade from polling keeps the order, and its probe is not seen here.
 */
export function makeReceipts(connection: EngineConnection): Receipts {
  const unanswered: ((() => void) | undefined)[] = [];
  let whoAsks: (() => void) | undefined;

  connection.on("packetCreate", ({ type }: EnginePacket) => {
    if (type === "ping") unanswered.push(whoAsks);
  });
  connection.on("packet", ({ type }: EnginePacket) => {
    if (type === "pong") unanswered.shift()?.();
  });
  connection.once("close", () => {
    for (const resolve of unanswered.splice(0)) resolve?.();
  });

  return {
    request: () =>
      new Promise((resolve) => {
        if (connection.readyState !== "open") {
          resolve();
          return;
        }
        whoAsks = resolve;
        // The only way to a ping, and private only in the types (engine.io 6.6, `build/socket.js`).
        connection["sendPacket"]("ping");
        whoAsks = undefined;
      }),
  };
}
