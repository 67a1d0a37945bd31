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
/** Longer ones cannot be meant: adbd's own buffer has this size. */
const maxPayload = 1024 * 1024;

export function encodeShellPacket({ id, payload }: ShellPacket): Uint8Array {
  const bytes = new Uint8Array(headerLength + payload.byteLength);
  bytes[0] = id;
  new DataView(bytes.buffer).setUint32(1, payload.byteLength, true);
  bytes.set(payload, headerLength);
  return bytes;
}

/** Undefined at the end of the stream, or when what comes is no packet. */
export async function readShellPacket(reader: ByteReader): Promise<ShellPacket | undefined> {
  const header = await reader.readExactly(headerLength);
  if (!header) return undefined;
  const length = new DataView(header.buffer, header.byteOffset).getUint32(1, true);
  if (length > maxPayload) return undefined;
  const payload = await reader.readExactly(length);
  return payload && { id: header[0] ?? 0, payload };
}
