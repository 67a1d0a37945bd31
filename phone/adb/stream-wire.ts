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
  const reader = stream.readable.getReader();
  const writer = stream.writable.getWriter();
  let pending: Uint8Array = new Uint8Array();

  async function readExactly(length: number): Promise<Uint8Array | undefined> {
    if (pending.byteLength < length) {
      const whole = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        if (pending.byteLength === 0) {
          const { done, value } = await reader.read();
          if (done) return undefined;
          pending = value;
        }
        const part = pending.subarray(0, length - filled);
        whole.set(part, filled);
        filled += part.byteLength;
        pending = pending.subarray(part.byteLength);
      }
      return whole;
    }
    const part = pending.slice(0, length);
    pending = pending.subarray(length);
    return part;
  }

  async function readPacket(): Promise<Packet | undefined> {
    const headerBytes = await readExactly(headerLength);
    const header = headerBytes && decodeHeader(headerBytes);
    if (!header) return undefined;
    const payload = await readExactly(header.payloadLength);
    return payload && { command: header.command, arg0: header.arg0, arg1: header.arg1, payload };
  }

  function close(): void {
    // Both reject when the other end has gone first, which is what closing wants anyway.
    reader.cancel().catch(() => undefined);
    writer.close().catch(() => undefined);
  }

  return {
    async read() {
      const packet = await readPacket().catch(() => undefined);
      if (!packet) close();
      return packet;
    },
    async write(packet, options) {
      const header = encodeHeader(packet, options);
      if (packet.payload.byteLength === 0) return await writer.write(header);
      const whole = new Uint8Array(headerLength + packet.payload.byteLength);
      whole.set(header);
      whole.set(packet.payload, headerLength);
      return await writer.write(whole);
    },
    close,
  };
}
