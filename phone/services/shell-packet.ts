import type { ByteReader } from "../byte-reader.ts";

/**
 * The shell v2 protocol inside a `shell,v2:` stream (AOSP `packages/modules/adb/shell_protocol.h`), little endian:
 *
 *     0  id
 *     1  payload length, u32
 *     5  payload
 */
export const shellPacketId = {
  stdin: 0,
  stdout: 1,
  stderr: 2,
  /** One byte: the exit code. The phone's last packet. */
  exit: 3,
  closeStdin: 4,
  /** `ROWSxCOLUMNS,XPIXELSxYPIXELS` in ASCII. */
  windowSize: 5,
} as const;

export interface ShellPacket {
  id: number;
  payload: Uint8Array;
}

const headerLength = 5;
/** A longer payload comes in parts of this size: adbd's own buffer. */
const partLength = 1024 * 1024;

export function encodeShellPacket({ id, payload }: ShellPacket): Uint8Array {
  const bytes = new Uint8Array(headerLength + payload.byteLength);
  bytes[0] = id;
  new DataView(bytes.buffer).setUint32(1, payload.byteLength, true);
  bytes.set(payload, headerLength);
  return bytes;
}

/** Every packet until the stream ends, a long one as several. */
export async function* readShellPackets(reader: ByteReader): AsyncGenerator<ShellPacket, void> {
  for (;;) {
    const header = await reader.readExactly(headerLength);
    if (!header) return;
    let missing = new DataView(header.buffer, header.byteOffset).getUint32(1, true);
    do {
      const payload = await reader.readExactly(Math.min(missing, partLength));
      if (!payload) return;
      yield { id: header[0] ?? 0, payload };
      missing -= payload.byteLength;
    } while (missing > 0);
  }
}
