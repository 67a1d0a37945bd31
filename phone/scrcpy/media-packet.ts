import type { Size } from "../display.ts";
import { truncateUtf8 } from "./device-message.ts";

const deviceNameBytes = 64;
/** Bit 63 of the time stamp: the packet is SPS and PPS, not a picture. Bit 62: the picture is a key frame. */
const configFlag = 1n << 63n;
const keyFrameFlag = 1n << 62n;

/** What the video and the audio socket carry, big endian, as in scrcpy's `doc/develop.md` and its server's `Streamer`. */
export type MediaPacket =
  | { type: "config"; data: Uint8Array }
  | { type: "frame"; data: Uint8Array; isKeyFrame: boolean; timestampUs: number };

/** 64 bytes: the model's name in UTF-8, at most 63 of them, then zeros. */
export function encodeDeviceMeta(name: string): Uint8Array {
  const bytes = new Uint8Array(deviceNameBytes);
  bytes.set(truncateUtf8(new TextEncoder().encode(name), deviceNameBytes - 1));
  return bytes;
}

/** 12 bytes: "h264", width and height of the first picture, u32 each. */
export function encodeVideoMeta(size: Size): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x68323634);
  view.setUint32(4, size.width);
  view.setUint32(8, size.height);
  return bytes;
}

/** 12 bytes before each packet, u64 flags and microseconds, u32 size; then the packet. Without `hasHeader` the packet alone. */
export function encodeMediaPacket(packet: MediaPacket, hasHeader: boolean): Uint8Array {
  if (!hasHeader) return packet.data;
  const bytes = new Uint8Array(12 + packet.data.length);
  const view = new DataView(bytes.buffer);
  let flags = configFlag;
  if (packet.type === "frame") flags = BigInt(packet.timestampUs) | (packet.isKeyFrame ? keyFrameFlag : 0n);
  view.setBigUint64(0, flags);
  view.setUint32(8, packet.data.length);
  bytes.set(packet.data, 12);
  return bytes;
}
