/** What the phone tells a scrcpy 3.3.3 client over the control socket, as laid out in scrcpy's `doc/develop.md` and `DeviceMessageWriter`. */
export type DeviceMessage = { type: "clipboard"; text: string } | { type: "ack-clipboard"; sequence: bigint };

const clipboardMaxBytes = (1 << 18) - 5;

/** Clipboard: 0, u32 length, UTF-8. Acknowledgement: 1, u64 sequence. Big endian. */
export function encodeDeviceMessage(message: DeviceMessage): Uint8Array {
  if (message.type === "ack-clipboard") {
    const bytes = new Uint8Array(9);
    bytes[0] = 1;
    new DataView(bytes.buffer).setBigUint64(1, message.sequence);
    return bytes;
  }
  const text = truncateUtf8(new TextEncoder().encode(message.text), clipboardMaxBytes);
  const bytes = new Uint8Array(5 + text.length);
  new DataView(bytes.buffer).setUint32(1, text.length);
  bytes.set(text, 5);
  return bytes;
}

/** At most `maxBytes`, and no half character at the end. */
export function truncateUtf8(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length <= maxBytes) return bytes;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
