/** One media packet for many wires. */
export interface SharedPacket {
  readonly bytes: Uint8Array;
  /** The WebSocket message that carries it, in one piece or two, written down once for all. */
  readonly message: readonly Uint8Array[];
  /** How much memory is kept for as long as the packet is. */
  readonly keptBytes: number;
}

/**
 * A network read brings up to 64 kB, of which a small packet must not keep the rest; it is copied behind its head, and is
 * one piece to write. A large one stays where it is: copying it, and collecting the copy, costs more than a second piece.
 */
const mostCopiedBytes = 16_000;

export function sharePacket(packet: Uint8Array): SharedPacket {
  const head = headOf(packet.byteLength);
  if (packet.byteLength > mostCopiedBytes) {
    return { bytes: packet, message: [head, packet], keptBytes: packet.buffer.byteLength };
  }
  // Not from Node's pool, in which a packet that is kept would keep its neighbours.
  const message = Buffer.allocUnsafeSlow(head.byteLength + packet.byteLength);
  message.set(head);
  message.set(packet, head.byteLength);
  const bytes = message.subarray(head.byteLength);
  return { bytes, message: [message], keptBytes: bytes.byteLength };
}

const finalBinary = 0x82;
const mostInHead = 125;
const mostIn16Bits = 0xffff;

/**
 * A server's WebSocket messages are not masked (RFC 6455, 5.2), so one is the same for everybody:
 *
 * ```
 * 0  u8   0x82   the whole message, binary
 * 1  u8   its length, or 126 and u16, or 127 and u64
 *         the packet
 * ```
 */
function headOf(length: number): Uint8Array {
  if (length <= mostInHead) return Uint8Array.of(finalBinary, length);
  if (length <= mostIn16Bits) return Uint8Array.of(finalBinary, 126, length >>> 8, length & 0xff);
  const head = new Uint8Array(10);
  head[0] = finalBinary;
  head[1] = 127;
  new DataView(head.buffer).setUint32(6, length);
  return head;
}
