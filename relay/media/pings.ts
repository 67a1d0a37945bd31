import type { WebSocket } from "ws";

/** Pings of one WebSocket. A pong says that its peer has received whatever was sent before. */
export interface Pings {
  /** For a sign of life alone. */
  ping(): void;
  /** Resolves when the peer has received everything sent so far, or when the connection is closed. */
  request(): Promise<void>;
}

export function makePings(socket: WebSocket, onPong: () => void): Pings {
  /** By the number that its ping carries. */
  const unanswered = new Map<number, () => void>();
  let asked = 0;

  socket.on("pong", (data: Buffer) => {
    onPong();
    if (data.byteLength !== 4) return;
    // A peer may answer only the newest of several (RFC 6455, 5.5.3).
    const answered = data.readUInt32BE();
    for (const [number, resolve] of unanswered) {
      if (number > answered) return;
      unanswered.delete(number);
      resolve();
    }
  });
  socket.once("close", () => {
    for (const resolve of unanswered.values()) resolve();
    unanswered.clear();
  });

  return {
    ping() {
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    request: () =>
      new Promise((resolve) => {
        if (socket.readyState !== socket.OPEN) return resolve();
        asked += 1;
        unanswered.set(asked, resolve);
        const number = Buffer.alloc(4);
        number.writeUInt32BE(asked);
        socket.ping(number);
      }),
  };
}
