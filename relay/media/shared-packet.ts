/** One media packet for many wires. */
export interface SharedPacket {
  readonly bytes: Uint8Array;
  /**
   * The WebSocket message that carries it, in one piece or two, written down once for all. As `Buffer`s, for a stream makes
   * one of anything else at every write.
   */
  readonly message: readonly Uint8Array[];
}

/** A packet where it is. */
export function sharePacket(packet: Uint8Array): SharedPacket {
  return { bytes: packet, message: [headOf(packet.byteLength), packet] };
}

/**
 * The same to keep. What was read from the network is best let go of at once: it would keep all that was read with it, and
 * what outlives V8's young generation costs a collection of the whole heap. `over` is an earlier copy that nobody else
 * has; its memory is taken where that is large enough.
 */
export function copyPacket({ bytes }: SharedPacket, over?: SharedPacket): SharedPacket {
  const head = headOf(bytes.byteLength);
  const length = head.byteLength + bytes.byteLength;
  const earlier = over?.bytes.buffer;
  const isRoomy = earlier !== undefined && earlier.byteLength >= length;
  // Not from Node's pool, in which it would keep its neighbours.
  const memory = isRoomy ? earlier : Buffer.allocUnsafeSlow(length).buffer;
  const message = Buffer.from(memory, 0, length);
  message.set(head);
  message.set(bytes, head.byteLength);
  return { bytes: message.subarray(head.byteLength), message: [message] };
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
function headOf(length: number): Buffer {
  if (length <= mostInHead) return Buffer.of(finalBinary, length);
  if (length <= mostIn16Bits) return Buffer.of(finalBinary, 126, length >>> 8, length & 0xff);
  const head = Buffer.of(finalBinary, 127, 0, 0, 0, 0, 0, 0, 0, 0);
  head.writeUInt32BE(length, 6);
  return head;
}
