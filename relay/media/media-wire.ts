import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import {
  bytesPerReceipt,
  readReceipt,
  writeReceipt,
  type TextMessage,
} from "../../protocol/media-connection.ts";
import { isCostlyJson } from "../limits/json-cost.ts";
import type { EventHandler, Wire } from "../wire.ts";
import type { RoomIndex } from "./room-index.ts";
import { parseText, say } from "./text-message.ts";

/** A message that is none, as the door hears of it: it has no such event. */
const malformed = "malformed message";

interface MediaWireNeeds extends Pick<Wire, "identity" | "address" | "caughtUp"> {
  rooms: RoomIndex;
  /** Says goodbye to the peer. */
  end: () => void;
}

/** The wire of a peer that was let in, and what takes in its messages. `stream` is what `socket` writes to. */
export function makeMediaWire(
  socket: WebSocket,
  stream: Duplex,
  needs: MediaWireNeeds,
): { wire: Wire; take: (data: Buffer, isBinary: boolean) => void } {
  const { identity, address, rooms, caughtUp, end } = needs;
  const id = randomUUID();
  const joined = new Set<string>();
  const closeHandlers: (() => void)[] = [];
  let isOpen = true;
  let onEvent: EventHandler | undefined;
  let onPacket: ((packet: Uint8Array) => void) | undefined;
  let onReceipt: (() => void) | undefined;
  /** Counts of packet bytes, of which receipts tell the last 32 bits. */
  let sentBytes = 0;
  let receivedByPeer = 0;
  let receivedBytes = 0;
  let toldBytes = 0;

  function closed(): void {
    if (!isOpen) return;
    isOpen = false;
    for (const room of joined) rooms.leave(room, wire);
    for (const handler of closeHandlers) handler();
  }

  function join(room: string): void {
    if (!isOpen) return;
    joined.add(room);
    rooms.join(room, wire);
  }

  function takeBinary(data: Buffer): void {
    const receipt = readReceipt(data);
    if (receipt !== undefined) {
      receivedByPeer = receipt;
      onReceipt?.();
      return;
    }
    if (onPacket === undefined) onEvent?.("stream:packet", data, undefined);
    else onPacket(data);
    receivedBytes += data.byteLength;
    if (receivedBytes - toldBytes < bytesPerReceipt.fromRelay || !isOpen) return;
    toldBytes = receivedBytes;
    socket.send(writeReceipt(receivedBytes));
  }

  function takeText(text: string): void {
    if (isCostlyJson(text)) return socket.terminate();
    const message = parseText(text);
    // The relay asks nothing, so there is nothing to answer.
    if (message === undefined || "answer" in message) return onEvent?.(malformed, undefined, undefined);
    const { event, payload, id } = message;
    onEvent?.(event, payload, id === undefined ? undefined : (result) => tell({ answer: id, result }));
  }

  function tell(message: TextMessage): void {
    if (isOpen) say(socket, message);
  }

  const wire: Wire = {
    id,
    namespace: "/stream",
    identity,
    address,
    isScript: false,
    emit: (event, payload) => tell({ event, payload }),
    join,
    leave(room) {
      joined.delete(room);
      rooms.leave(room, wire);
    },
    onEvent(handler) {
      onEvent = handler;
    },
    onClose(handler) {
      if (isOpen) closeHandlers.push(handler);
      else handler();
    },
    close() {
      if (!isOpen) return;
      closed();
      end();
    },
    caughtUp: () => (isOpen ? caughtUp() : Promise.resolve()),
    packets: {
      send({ bytes, message }) {
        if (!isOpen || socket.readyState !== socket.OPEN) return;
        sentBytes += bytes.byteLength;
        // Past `ws`, which would make the head anew for each. It never holds anything back itself, as nothing is
        // compressed, so no message of its own is cut in two by this.
        const [first, second] = message;
        if (first === undefined) return;
        if (second === undefined) stream.write(first);
        else {
          stream.cork();
          stream.write(first);
          stream.write(second);
          stream.uncork();
        }
      },
      unreceivedBytes: () => (sentBytes - receivedByPeer) >>> 0,
      onReceipt(handler) {
        onReceipt = handler;
      },
      onPacket(handler) {
        onPacket = handler;
      },
    },
  };
  join(id);
  socket.once("close", closed);
  return {
    wire,
    take(data, isBinary) {
      if (isBinary) takeBinary(data);
      else takeText(data.toString());
    },
  };
}
