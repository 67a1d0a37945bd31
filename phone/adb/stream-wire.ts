import { makeByteReader } from "../byte-reader.ts";
import { decodeHeader, encodeHeader, headerLength, type Packet } from "./packet.ts";
import type { Wire } from "./wire.ts";

/**
 * ADB over a plain byte stream, as `adb connect` uses. As adbd, a packet with a wrong magic is read and left out
 * (AOSP `transport.cpp`, `FdConnection::Read` and then `check_header`), and a length that no peer may send ends the wire.
 */
export function makeStreamWire(stream: {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
}): Wire {
  const reader = makeByteReader(stream.readable);
  const writer = stream.writable.getWriter();

  async function readPacket(): Promise<Packet | undefined> {
    for (;;) {
      const bytes = await reader.readExactly(headerLength);
      const header = bytes && decodeHeader(bytes);
      const payload = header && (await reader.readExactly(header.payloadLength));
      if (!payload) return undefined;
      if (header.isGenuine) return { command: header.command, arg0: header.arg0, arg1: header.arg1, payload };
    }
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
