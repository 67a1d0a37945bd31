/**
 * ADB's wire packet, little endian (AOSP `packages/modules/adb/protocol.txt`):
 *
 *     0  command         four letters
 *     4  arg0
 *     8  arg1
 *    12  payload length
 *    16  payload checksum: the sum of its bytes; 0 between peers of version 0x01000001 and later
 *    20  magic           command ^ 0xffffffff
 *    24  payload
 */
export interface Packet {
  command: number;
  /** u32 */
  arg0: number;
  /** u32 */
  arg1: number;
  payload: Uint8Array;
}

/** A header that was read before its payload. */
export interface PacketHeader {
  command: number;
  arg0: number;
  arg1: number;
  payloadLength: number;
  /** False when the magic is wrong: no packet, but its payload has to be read all the same. */
  isGenuine: boolean;
}

export const command = {
  /** CNXN */
  connect: 0x4e584e43,
  /** AUTH */
  auth: 0x48545541,
  /** OPEN */
  open: 0x4e45504f,
  /** OKAY */
  okay: 0x59414b4f,
  /** WRTE */
  write: 0x45545257,
  /** CLSE */
  close: 0x45534c43,
  /** STLS: the computer goes on in TLS, as with wireless debugging. */
  startTls: 0x534c5453,
} as const;

export const headerLength = 24;
/** The largest payload this phone takes and sends, as adbd since Android 9. */
export const maxPayload = 1024 * 1024;
/** Peers of this version and later neither compute nor look at checksums. */
export const versionWithoutChecksum = 0x01000001;
export const oldestVersion = 0x01000000;

export function checksum(payload: Uint8Array): number {
  let sum = 0;
  for (const byte of payload) sum = (sum + byte) >>> 0;
  return sum;
}

/** The 24 bytes that go before `packet.payload`. */
export function encodeHeader(
  packet: Packet,
  { withChecksum }: { withChecksum: boolean },
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, packet.command, true);
  view.setUint32(4, packet.arg0, true);
  view.setUint32(8, packet.arg1, true);
  view.setUint32(12, packet.payload.byteLength, true);
  view.setUint32(16, withChecksum ? checksum(packet.payload) : 0, true);
  view.setUint32(20, (packet.command ^ 0xffffffff) >>> 0, true);
  return bytes;
}

/**
 * Reads 24 bytes. Undefined when the payload is longer than any peer may send: there is no telling where the next packet
 * starts. Like adbd since Android 9, the checksum is never looked at: a broken wire shows in the magic.
 */
export function decodeHeader(bytes: Uint8Array): PacketHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerLength);
  const command = view.getUint32(0, true);
  const payloadLength = view.getUint32(12, true);
  if (payloadLength > maxPayload) return undefined;
  const isGenuine = view.getUint32(20, true) === (command ^ 0xffffffff) >>> 0;
  return { command, arg0: view.getUint32(4, true), arg1: view.getUint32(8, true), payloadLength, isGenuine };
}
