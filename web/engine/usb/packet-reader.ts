import { concatenate } from "../../../protocol/concatenate.ts";
import { AdbCommand, type AdbPacketData } from "@yume-chan/adb";
import { ReadableStream } from "@yume-chan/stream-extra";
import { piecesOf } from "./transfer-pieces.ts";

/** A device sent what no packet can be: whatever stream it was of has a hole now. */
export class BrokenPacketError extends Error {
  override name = "BrokenPacketError";
}

const headerLength = 24;
/** What we tell a device that we take: Tango's own figure, and adbd's since Android 9. */
const maxPayload = 1024 * 1024;

const noBytes = new DataView(new ArrayBuffer());

/**
 * The packets of a device (AOSP `packages/modules/adb/protocol.txt`): each a transfer with its header, and more with
 * its payload if it has any. Tango's own reader takes a payload that is shorter than announced and steps over headers that
 * make no sense: files came out short or with a hole, and nobody was told. Here the stream breaks. Only before a
 * device's greeting anything goes: it may be what an earlier program left unread. And the next header is always asked
 * for already: a way through three processes less for each packet.
 *
 * `onData` is called for each packet that carries data. Acknowledgements do not count: adbd sends them by itself also
 * for a shell in which nothing ever answers. The stream ends with what USB says when the device is closed.
 */
export function readPackets(
  device: Pick<USBDevice, "transferIn">,
  { endpointNumber, packetSize }: Pick<USBEndpoint, "endpointNumber" | "packetSize">,
  onData: () => void,
): ReadableStream<AdbPacketData> {
  let isGreeted = false;
  let ahead: Promise<DataView> | undefined;

  async function transfer(length: number): Promise<DataView> {
    return (await device.transferIn(endpointNumber, length)).data ?? noBytes;
  }

  function askAhead(): Promise<DataView> {
    const asked = transfer(packetSize);
    // Until it is waited for: the device may be closed before.
    asked.catch(() => undefined);
    return asked;
  }

  async function readHeader(): Promise<Header> {
    for (;;) {
      const bytes = await (ahead ?? askAhead());
      ahead = undefined;
      const header = bytes.byteLength === headerLength ? headerOf(bytes) : undefined;
      if (header !== undefined) return header;
      // Some devices end a payload of whole USB packets with an empty transfer.
      if (isGreeted && bytes.byteLength > 0) throw new BrokenPacketError(`no header: ${hexOf(bytes)}`);
    }
  }

  async function readPayload(length: number): Promise<Uint8Array> {
    const coming = Promise.all(piecesOf(length).map(async (piece) => await transfer(piece.length)));
    ahead = askAhead();
    const payload = join(await coming);
    if (isGreeted && payload.byteLength !== length)
      throw new BrokenPacketError(`${payload.byteLength} bytes came where ${length} were announced`);
    return payload;
  }

  async function readPacket(): Promise<AdbPacketData> {
    const { payloadLength, ...header } = await readHeader();
    const payload = await readPayload(payloadLength);
    isGreeted ||= header.command === AdbCommand.Connect || header.command === AdbCommand.Auth;
    if (header.command === AdbCommand.Write) onData();
    return { ...header, payload };
  }

  return new ReadableStream<AdbPacketData>(
    { pull: async (controller) => controller.enqueue(await readPacket()) },
    // One packet is on its way while another is being looked at.
    { highWaterMark: 1 },
  );
}

/** One array of all; of a single part without a copy. */
function join(parts: readonly DataView[]): Uint8Array {
  const [first = noBytes] = parts;
  return parts.length <= 1 ? bytesOf(first) : concatenate(parts.map(bytesOf));
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

interface Header {
  command: number;
  arg0: number;
  arg1: number;
  payloadLength: number;
}

/** Command, arg0, arg1, payload length, checksum, magic, little endian; undefined: it cannot be a header. */
function headerOf(bytes: DataView): Header | undefined {
  const command = bytes.getUint32(0, true);
  const payloadLength = bytes.getUint32(12, true);
  const isGenuine = bytes.getUint32(20, true) === ~command >>> 0;
  if (!isGenuine || payloadLength > maxPayload) return undefined;
  return { command, arg0: bytes.getUint32(4, true), arg1: bytes.getUint32(8, true), payloadLength };
}

function hexOf({ buffer, byteOffset, byteLength }: DataView): string {
  const shown = new Uint8Array(buffer, byteOffset, Math.min(byteLength, headerLength));
  const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `${byteLength} bytes, ${hex}`;
}
