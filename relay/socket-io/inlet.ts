import { makeTokenBucket } from "../../protocol/token-bucket.ts";
import type { Identity } from "../auth/identity.ts";
import type { Clock } from "../clock.ts";
import { isCostlyJson } from "../limits/json-cost.ts";
import type { EngineConnection } from "./receipts.ts";

/** The largest message of whoever was not let in yet: a handshake that is too long is still refused with the reason. */
export const mostStrangerBytes = 400_000;
/** The largest event of each, see `limits.ts`, with what is around it. A worker's is a 4K screenshot in base64. */
const mostBytes: Record<Identity["kind"], number> = { dashboard: 1_200_000, worker: 16_000_000 };
/** Two namespaces, and some more when the connections of a page come and go. */
const joining = { perSecond: 1, burst: 20 };
/** In one request of the polling transport. */
const mostPackets = 1000;
const packetSeparator = "\u001E";

/** Bounds what one connection can make the relay read, before anything of it is parsed. */
export interface Inlet {
  /** Larger messages come through from now on. */
  widen(kind: Identity["kind"]): void;
}

/** Must be made when the connection is. Whoever goes beyond is cut. */
export function makeInlet(connection: EngineConnection, clock: Clock): Inlet {
  const joins = makeTokenBucket(joining);
  let most = mostStrangerBytes;

  boundPolling(connection);
  connection.on("upgrade", () => bound(connection, most));
  connection.on("packet", ({ type, data }: { type: string; data?: unknown }) => {
    if (type !== "message" || typeof data !== "string") return;
    // Socket.IO's CONNECT, each of which has a token looked at.
    const isJoin = data.startsWith("0");
    if ((isJoin && !joins.take(clock.now())) || isCostlyJson(data)) connection.close(true);
  });

  return {
    widen(kind) {
      most = Math.max(most, mostBytes[kind]);
      bound(connection, most);
    },
  };
}

/** Both bounds are of the server in the types, and of each connection in truth (engine.io 6.6, ws 8). */
function bound({ transport }: EngineConnection, bytes: number): void {
  const receiver = partOf(partOf(transport, "socket"), "_receiver");
  if (receiver === undefined) Reflect.set(transport, "maxHttpBufferSize", bytes);
  else Reflect.set(receiver, "_maxPayload", bytes);
}

function partOf(whole: object | undefined, name: string): object | undefined {
  const part: unknown = whole && Reflect.get(whole, name);
  return typeof part === "object" && part !== null ? part : undefined;
}

/** A request of a megabyte may hold half a million packets, and all are made before the first is looked at. */
function boundPolling({ transport }: EngineConnection): void {
  // Private only in the types.
  const parser = partOf(transport, "parser");
  if (transport.name !== "polling" || !isParser(parser)) return;
  Reflect.set(transport, "parser", {
    ...parser,
    decodePayload(payload: string, binaryType?: string) {
      const isFlood = payload.split(packetSeparator, mostPackets + 1).length > mostPackets;
      return isFlood ? [{ type: "error" }] : parser.decodePayload(payload, binaryType);
    },
  });
}

interface Parser {
  decodePayload(payload: string, binaryType?: string): object[];
}

function isParser(part: object | undefined): part is Parser {
  return part !== undefined && "decodePayload" in part;
}
