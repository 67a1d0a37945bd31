/** One media packet for many wires. */
export interface SharedPacket {
  /** The relay's own copy, so that what a network read brought along with it is not kept. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same bytes behind the head of the WebSocket message that carries them, written down once for all. */
  readonly message: Uint8Array<ArrayBuffer>;
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
export function sharePacket(packet: Uint8Array): SharedPacket {
  const length = packet.byteLength;
  let headBytes = 10;
  if (length <= mostInHead) headBytes = 2;
  else if (length <= mostIn16Bits) headBytes = 4;
  // Not from Node's pool, in which a packet that is kept would keep its neighbours.
  const message = Buffer.allocUnsafeSlow(headBytes + length);
  message[0] = finalBinary;
  if (headBytes === 2) message[1] = length;
  else if (headBytes === 4) {
    message[1] = 126;
    message.writeUInt16BE(length, 2);
  } else {
    message[1] = 127;
    message.writeUInt32BE(0, 2);
    message.writeUInt32BE(length, 6);
  }
  message.set(packet, headBytes);
  return { bytes: message.subarray(headBytes), message };
}
