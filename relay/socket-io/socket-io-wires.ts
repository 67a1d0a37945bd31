import type { IncomingMessage, Server as HttpServer } from "node:http";
import { Server, type Namespace as IoNamespace, type Socket } from "socket.io";
import { namespaces, type Namespace } from "../../protocol/auth.ts";
import type { Answer } from "../../protocol/contract.ts";
import { systemClock, type Clock } from "../clock.ts";
import { addressOf } from "../http/caller.ts";
import type { Identity } from "../auth/identity.ts";
import type { Gate, Outgoing, OutgoingName, Wire, Wires } from "../wire.ts";
import { watchBacklogs } from "./backlog.ts";
import { makeInlet, mostStrangerBytes, type Inlet } from "./inlet.ts";
import { isAllowedOrigin } from "./origin.ts";
import { makeReceipts, type EngineConnection, type Receipts } from "./receipts.ts";

export interface SocketIoOptions {
  clock?: Clock;
  /** Pages of these may connect beside the relay's own, over a WebSocket: `https://farm.example`. */
  allowedOrigins?: readonly string[];
  /** A proxy before the relay tells whom it asks for. */
  isBehindProxy?: boolean;
}

/** Real Socket.IO on an HTTP server that the caller listens with. Closing the wires closes that server too. */
export function makeSocketIoWires(
  http: HttpServer,
  { clock = systemClock, allowedOrigins = [], isBehindProxy = false }: SocketIoOptions = {},
): Wires {
  const isAllowed = (request: IncomingMessage): boolean => isAllowedOrigin(request, allowedOrigins);
  const io = new Server(http, {
    serveClient: false,
    maxHttpBufferSize: mostStrangerBytes,
    perMessageDeflate: false,
    httpCompression: false,
    connectTimeout: 10_000,
    // A farm PC that lost its power is noticed after at most 35 s.
    pingInterval: 15_000,
    pingTimeout: 20_000,
    allowRequest: (request, answer) =>
      answer(isAllowed(request) ? null : "pages of another origin may not connect", isAllowed(request)),
  });
  const callerOf = ({ handshake }: Socket): string =>
    addressOf(handshake.headers, handshake.address, isBehindProxy);
  const receipts = new WeakMap<object, Receipts>();
  const inlets = new WeakMap<object, Inlet>();
  const connections = new Set<EngineConnection>();
  const stopWatching = watchBacklogs(() => connections, clock);
  io.engine.on("connection", (connection: EngineConnection) => {
    receipts.set(connection, makeReceipts(connection));
    inlets.set(connection, makeInlet(connection, clock));
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
  });

  function openNamespace(namespace: IoNamespace, gate: Gate, wireNamespace: Namespace | undefined): void {
    const admitted = new WeakMap<Socket, Identity>();
    async function admit(socket: Socket): Promise<Error | undefined> {
      const { auth } = socket.handshake;
      const address = callerOf(socket);
      const result = await gate.admit({ namespace: namespace.name, auth, address });
      if (!result.ok) return Object.assign(new Error(result.fault.message), { data: result.fault });
      admitted.set(socket, result.value);
      inlets.get(socket.conn)?.widen(result.value.kind);
      return undefined;
    }

    namespace.use(async (socket, next) => next(await admit(socket)));
    namespace.on("connection", (socket) => {
      const identity = admitted.get(socket);
      const receiptsOfConnection = receipts.get(socket.conn);
      if (wireNamespace === undefined || identity === undefined || receiptsOfConnection === undefined) {
        socket.disconnect(true);
      } else gate.connect(wireOf(socket, callerOf(socket), wireNamespace, identity, receiptsOfConnection));
    });
  }

  return {
    open(gate) {
      openNamespace(io.of("/"), gate, undefined);
      for (const name of namespaces) openNamespace(io.of(name), gate, name);
    },
    emit<Name extends OutgoingName>(
      namespace: Namespace,
      rooms: string | string[],
      event: Name,
      payload: Outgoing[Name],
    ) {
      io.of(namespace).to(rooms).emit(event, payload);
    },
    close() {
      stopWatching();
      return io.close();
    },
  };
}

function wireOf(
  socket: Socket,
  address: string,
  namespace: Namespace,
  identity: Identity,
  receipts: Receipts,
): Wire {
  return {
    id: socket.id,
    namespace,
    identity,
    address,
    isScript: false,
    emit: (event, payload) => void socket.emit(event, payload),
    join: (room) => void socket.join(room),
    leave: (room) => void socket.leave(room),
    onEvent(handler) {
      socket.onAny((event: unknown, ...args: unknown[]) => {
        const last = args.at(-1);
        const answer = typeof last === "function" ? (given: Answer) => void last(given) : undefined;
        const payload = typeof args[0] === "function" ? undefined : args[0];
        handler(String(event), payload, answer);
      });
    },
    onClose(handler) {
      if (socket.connected) socket.once("disconnect", handler);
      else handler();
    },
    close: () => void socket.disconnect(),
    caughtUp: () => (socket.connected ? receipts.request() : Promise.resolve()),
  };
}
