import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { relayEnding } from "../../protocol/media-connection.ts";
import { mostPacketBytes } from "../../protocol/media-packet.ts";
import type { Identity } from "../auth/identity.ts";
import type { Clock } from "../clock.ts";
import type { Gate } from "../wire.ts";
import type { WatchedConnection } from "./liveness.ts";
import { makeMediaWire } from "./media-wire.ts";
import { makePings } from "./pings.ts";
import type { RoomIndex } from "./room-index.ts";
import { parseText, say } from "./text-message.ts";

/** Of whoever was not let in yet: a handshake with the longest token. */
export const mostStrangerBytes = 16_000;
/** A dashboard only asks; a worker sends pictures. */
const mostBytes: Record<Identity["kind"], number> = { dashboard: 100_000, worker: mostPacketBytes };
const authLimitMs = 10_000;
const farewellMs = 2000;

export interface MediaConnection extends WatchedConnection {
  /** Closes it with this code and resolves when it is closed. */
  end(code: number): Promise<void>;
}

interface ConnectionNeeds {
  gate: Gate;
  clock: Clock;
  rooms: RoomIndex;
  address: string;
}

/** Has the peer say who it is, and then makes it a wire. `stream` is what `socket` writes to. */
export function attendConnection(
  socket: WebSocket,
  stream: Duplex,
  { gate, clock, rooms, address }: ConnectionNeeds,
): MediaConnection {
  let hear: (data: Buffer, isBinary: boolean) => void = introduce;
  let heardAtMs = clock.now();
  const pings = makePings(socket, () => (heardAtMs = clock.now()));
  const forgetLimit = clock.setTimer(authLimitMs, () => socket.terminate());

  // What is too large, or against the protocol, `ws` ends by itself.
  socket.on("error", () => {});
  socket.once("close", forgetLimit);
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    heardAtMs = clock.now();
    hear(data, isBinary);
  });

  function introduce(data: Buffer, isBinary: boolean): void {
    // Nobody has more to say before the welcome.
    hear = () => socket.terminate();
    const message = isBinary ? undefined : parseText(data.toString());
    const isAuth = message !== undefined && "event" in message && message.event === "auth";
    void letIn(isAuth ? message.payload : undefined);
  }

  async function letIn(auth: unknown): Promise<void> {
    const admitted = await gate.admit({ namespace: "/stream", auth, address });
    forgetLimit();
    if (socket.readyState !== socket.OPEN) return;
    if (!admitted.ok) {
      say(socket, { event: "error", payload: admitted.fault });
      end(relayEnding);
      return;
    }
    widen(socket, mostBytes[admitted.value.kind]);
    say(socket, { event: "welcome", payload: {} });
    const { wire, take } = makeMediaWire(socket, stream, {
      identity: admitted.value,
      address,
      rooms,
      caughtUp: () => pings.request(),
      end: () => end(relayEnding),
    });
    hear = take;
    gate.connect(wire);
  }

  /** A peer that does not answer the goodbye would have `ws` keep what waits for it for 30 s. */
  function end(code: number): void {
    socket.close(code);
    socket.once(
      "close",
      clock.setTimer(farewellMs, () => socket.terminate()),
    );
  }

  return {
    heardAtMs: () => heardAtMs,
    waitingBytes: () => socket.bufferedAmount,
    ping: () => pings.ping(),
    cut: () => socket.terminate(),
    end: (code) =>
      new Promise((resolve) => {
        socket.once("close", () => resolve());
        end(code);
      }),
  };
}

/** Larger messages come through from now on. `ws` 8 has the bound of the whole server in its types, and of each in truth. */
function widen(socket: WebSocket, bytes: number): void {
  const receiver: unknown = Reflect.get(socket, "_receiver");
  if (typeof receiver === "object" && receiver !== null) Reflect.set(receiver, "_maxPayload", bytes);
}
