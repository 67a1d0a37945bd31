import type { Size } from "../../../protocol/fields.ts";

// 8 bytes signature, 4 length, then "IHDR", width and height as big-endian 32-bit numbers.
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;
const ihdr = [0x49, 0x48, 0x44, 0x52] as const;

/** The size a PNG says it has; undefined when the bytes are no PNG (`screencap` may print an error instead). */
export function readPngSize(bytes: Uint8Array): Size | undefined {
  if (bytes.length < 24) return undefined;
  if (!signature.every((byte, index) => bytes[index] === byte)) return undefined;
  if (!ihdr.every((byte, index) => bytes[12 + index] === byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
