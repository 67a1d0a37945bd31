import { decodeHeader, encodeHeader, headerLength, type Packet } from "../adb/packet.ts";
import type { Wire } from "../adb/wire.ts";
import type { InEndpoint } from "./in-endpoint.ts";
import type { OutEndpoint } from "./out-endpoint.ts";
import type { Spoil } from "./spoiled-packet.ts";

/**
 * ADB over two bulk endpoints: a header is a transfer of its own, then comes the payload. As adbd's `UsbFfsConnection`
 * up to Android 14 (AOSP `daemon/usb.cpp`; its successor takes any cut), a transfer that cannot be what it should be
 * ends the wire, an empty one is skipped, and a packet with a wrong magic is read and left out.
 */
export function makeUsbWire(endpoints: {
  in: InEndpoint;
  out: OutEndpoint;
  /** What a packet's header and payload become on their way out. */
  spoil: Spoil;
  onClose(): void;
}): Wire {
  let isClosed = false;

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    endpoints.onClose();
  }

  async function readTransfer(): Promise<Uint8Array | undefined> {
    for (;;) {
      const bytes = isClosed ? undefined : await endpoints.out.read();
      // Computers end a transfer of whole packets with an empty one.
      if (!bytes || bytes.byteLength > 0) return bytes;
    }
  }

  async function readPayload(length: number): Promise<Uint8Array | undefined> {
    if (length === 0) return new Uint8Array();
    const first = await readTransfer();
    if (!first || first.byteLength === length) return first;
    const payload = new Uint8Array(length);
    let filled = 0;
    for (let part: Uint8Array | undefined = first; part; part = await readTransfer()) {
      if (part.byteLength > length - filled) return undefined;
      payload.set(part, filled);
      filled += part.byteLength;
      if (filled === length) return payload;
    }
    return undefined;
  }

  async function readPacket(): Promise<Packet | undefined> {
    for (;;) {
      const bytes = await readTransfer();
      const header = bytes?.byteLength === headerLength ? decodeHeader(bytes) : undefined;
      const payload = header && (await readPayload(header.payloadLength));
      if (!payload) return undefined;
      if (header.isGenuine) return { command: header.command, arg0: header.arg0, arg1: header.arg1, payload };
    }
  }

  return {
    async read() {
      const packet = await readPacket();
      if (!packet) close();
      return packet;
    },
    async write(packet, options) {
      const [header, payload] = endpoints.spoil(encodeHeader(packet, options), packet.payload);
      // Both are queued before either is awaited: no other packet may come between them.
      await Promise.all([endpoints.in.write(header), endpoints.in.write(payload)]);
    },
    close,
  };
}
