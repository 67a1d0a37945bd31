import * as v from "valibot";

/**
 * `/media`: what `/stream` says, on a plain WebSocket. A binary Socket.IO event is two WebSocket messages, and half of what
 * forwarding a frame costs. Text messages are JSON: events with the names and payloads of `/stream`, and their answers.
 * Binary messages are media packets (`media-packet.ts`), in place of `stream:frame` and `stream:packet`; four bytes are a
 * receipt. The client's first message is `auth` with the handshake; the relay answers `welcome`, or `error` and closes.
 */
export const mediaPath = "/media";
export const mediaSubprotocol = "tabfarm-media-1";
/** The close code of a connection that the relay ends on purpose, after an `error` that says why. */
export const relayEnding = 4000;

const id = v.pipe(v.number(), v.integer(), v.minValue(0));
export const textMessage = v.union([
  v.object({
    event: v.pipe(v.string(), v.maxLength(64)),
    payload: v.optional(v.unknown()),
    id: v.optional(id),
  }),
  /** `result` is what a Socket.IO acknowledgement would carry. */
  v.object({ answer: id, result: v.unknown() }),
]);
export type TextMessage =
  | { event: string; payload?: unknown; id?: number }
  | { answer: number; result: unknown };

const receiptBytes = 4;
/**
 * After how many bytes of packets a receipt is due. Reading one costs the relay half of what sending a picture does, so
 * viewers send few; their window is twice as large, so that a full one always has a receipt under way.
 */
export const bytesPerReceipt = { fromRelay: 64 * 1024, toRelay: 128 * 1024 };

/**
 * How many bytes of packets the sender of the receipt has received on this connection, modulo 2^32, big-endian; told
 * every `bytesPerReceipt`.
 */
export function writeReceipt(receivedBytes: number): Uint8Array<ArrayBuffer> {
  const receipt = new Uint8Array(receiptBytes);
  new DataView(receipt.buffer).setUint32(0, receivedBytes >>> 0);
  return receipt;
}

/** Undefined when it is no receipt but a packet. */
export function readReceipt(message: Uint8Array): number | undefined {
  if (message.byteLength !== receiptBytes) return undefined;
  return new DataView(message.buffer, message.byteOffset).getUint32(0);
}
