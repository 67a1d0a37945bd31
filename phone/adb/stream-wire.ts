import { makeByteReader } from "../byte-reader.ts";
import { decodeHeader, encodeHeader, headerLength, type Packet } from "./packet.ts";
import type { Wire } from "./wire.ts";

/**
 * ADB over a plain byte stream, as `adb connect` uses. A header that cannot be one ends the wire, as adbd does: on a
 * stream there is no telling where the next packet starts.
 */
export function makeStreamWire(stream: {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
}): Wire {
  const reader = makeByteReader(stream.readable);
  const writer = stream.writable.getWriter();

  async function readPacket(): Promise<Packet | undefined> {
    const headerBytes = await reader.readExactly(headerLength);
    const header = headerBytes && decodeHeader(headerBytes);
    if (!header) return undefined;
    const payload = await reader.readExactly(header.payloadLength);
    return payload && { command: header.command, arg0: header.arg0, arg1: header.arg1, payload };
  }

  function close(): void {
    reader.cancel();
    // Rejects when the other end has gone first.
    writer.close().catch(() => undefined);
  }

  return {
    async read() {
      const packet = await readPacket();
      if (!packet) close();
      return packet;
    },
    async write(packet, options) {
      const whole = new Uint8Array(headerLength + packet.payload.byteLength);
      whole.set(encodeHeader(packet, options));
      whole.set(packet.payload, headerLength);
      return await writer.write(whole);
    },
    close,
  };
}
