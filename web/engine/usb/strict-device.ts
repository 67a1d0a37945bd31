import { AdbCommand } from "@yume-chan/adb";

/** A device sent what no packet can be: whatever stream it was of has a hole now. */
export class BrokenPacketError extends Error {
  override name = "BrokenPacketError";
}

const headerLength = 24;
/** What we tell a device that we take: Tango's own figure, and adbd's since Android 9. */
const maxPayload = 1024 * 1024;

/**
 * The same device, whose reads fail when they are no packets of ADB: a header is a transfer of its own, then comes one
 * with its payload if it has any (AOSP `packages/modules/adb/protocol.txt`). Tango takes a payload that is shorter than
 * announced and steps over headers that make no sense: files came out short or with a hole, and nobody was told. Only
 * before a device's greeting anything goes: it may be what an earlier program left unread.
 */
export function makeStrictDevice(raw: USBDevice): USBDevice {
  let isGreeted = false;
  /** Bytes of the payload that comes next; 0 when a header does. */
  let announced = 0;

  async function transferIn(endpointNumber: number, length: number): Promise<USBInTransferResult> {
    const result = await raw.transferIn(endpointNumber, length);
    const bytes = result.data ?? new DataView(new ArrayBuffer());
    if (announced > 0) checkPayload(bytes);
    // Some devices end a payload of whole USB packets with an empty transfer.
    else if (bytes.byteLength > 0) checkHeader(bytes);
    return result;
  }

  function checkPayload({ byteLength }: DataView): void {
    if (isGreeted && byteLength !== announced) {
      throw new BrokenPacketError(`${byteLength} bytes came where ${announced} were announced`);
    }
    announced = 0;
  }

  function checkHeader(bytes: DataView): void {
    const header = bytes.byteLength === headerLength ? readHeader(bytes) : undefined;
    if (header === undefined) {
      if (isGreeted) throw new BrokenPacketError(`no header: ${hexOf(bytes)}`);
      return;
    }
    announced = header.payloadLength;
    isGreeted ||= header.command === AdbCommand.Connect || header.command === AdbCommand.Auth;
  }

  /** What is claimed anew greets anew. */
  async function claimInterface(interfaceNumber: number): Promise<void> {
    isGreeted = false;
    announced = 0;
    await raw.claimInterface(interfaceNumber);
  }

  const strict: Partial<USBDevice> = { transferIn, claimInterface };
  return new Proxy(raw, {
    get(_, key) {
      const value: unknown = Reflect.get(key in strict ? strict : raw, key);
      return typeof value === "function" ? value.bind(raw) : value;
    },
  });
}

/** Command, arg0, arg1, payload length, checksum, magic, little endian; undefined: it cannot be a header. */
function readHeader(bytes: DataView): { command: number; payloadLength: number } | undefined {
  const command = bytes.getUint32(0, true);
  const payloadLength = bytes.getUint32(12, true);
  const isGenuine = bytes.getUint32(20, true) === ~command >>> 0;
  return isGenuine && payloadLength <= maxPayload ? { command, payloadLength } : undefined;
}

function hexOf({ buffer, byteOffset, byteLength }: DataView): string {
  const shown = new Uint8Array(buffer, byteOffset, Math.min(byteLength, headerLength));
  const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `${byteLength} bytes, ${hex}`;
}
