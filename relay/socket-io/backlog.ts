import * as v from "valibot";
import type { Clock } from "../clock.ts";
import type { EngineConnection } from "./receipts.ts";

/** More than any wall's picture and a few screenshots: whoever lets this much wait does not read at all. */
export const mostWaitingBytes = 64_000_000;
export const backlogCheckMs = 2000;

/**
 * Cuts connections whose peer does not read. Frames never wait, but everything else does, and Engine.IO's own ping needs
 * 35 s to notice, or never does when the peer answers without reading.
 */
export function watchBacklogs(connections: () => Iterable<EngineConnection>, clock: Clock): () => void {
  let cancel = clock.setTimer(backlogCheckMs, check);

  function check(): void {
    cancel = clock.setTimer(backlogCheckMs, check);
    for (const connection of connections()) {
      if (waitingBytes(connection) > mostWaitingBytes) cut(connection);
    }
  }
  return () => cancel();
}

/** What Engine.IO still holds, and what `ws` has not got rid of. */
function waitingBytes(connection: EngineConnection): number {
  // Private only in the types.
  const held: unknown = connection["writeBuffer"];
  const buffered = webSocketOf(connection)?.bufferedAmount ?? 0;
  return v.parse(heldPackets, held).reduce((sum, { data }) => sum + lengthOf(data), buffered);
}

/** At once: a closing handshake would keep everything for the 30 s that `ws` waits for its answer. */
function cut(connection: EngineConnection): void {
  webSocketOf(connection)?.terminate();
  connection.close(true);
}

interface WebSocket {
  bufferedAmount: number;
  terminate(): void;
}

/** The `ws` below a connection; polling has none. */
function webSocketOf(connection: EngineConnection): WebSocket | undefined {
  const socket: unknown = Reflect.get(connection.transport, "socket");
  return isWebSocket(socket) ? socket : undefined;
}

function isWebSocket(socket: unknown): socket is WebSocket {
  return typeof socket === "object" && socket !== null && "bufferedAmount" in socket && "terminate" in socket;
}

const heldPackets = v.array(v.object({ data: v.optional(v.unknown()) }));

function lengthOf(data: unknown): number {
  if (typeof data === "string") return data.length;
  return data instanceof Uint8Array || data instanceof ArrayBuffer ? data.byteLength : 0;
}
