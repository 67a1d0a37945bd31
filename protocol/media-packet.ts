import type { StreamQuality } from "./stream.ts";
import { fail, succeed, type Result } from "./fault.ts";

/**
 * One picture, one piece of video or of sound, as it travels from a worker through the relay to viewers: a binary message
 * of `/media`, or the bytes of a `stream:packet` on `/stream`. The relay forwards it as it came, but for its two times.
 *
 * ```
 *  0  u8      kind
 *  1  u8      layer of a JPEG: 0 low, 1 medium, 2 high; else 0
 *  2  u16     sequence of the device's video packets, which wraps: a gap is seen
 *  4  16 B    device_id
 * 20  u16 u16 width, height of the picture; 0 of what has none
 * 24  u16 u16 the display's, turned as in this picture; 0 when unknown
 * 28  u32     0
 * 32  f64     µs on the device's clock, as scrcpy tells them; 0 when there are none
 * 40  f64     captured   about when the display showed it, Unix ms of the relay's clock, like all that follow
 * 48  f64     taken      the engine has it whole
 * 56  f64     sent       the engine sends it
 * 64  f64     relayed in   the relay has it
 * 72  f64     relayed out  the relay sends it
 * 80          the rest: see `mediaKinds`
 * ```
 * Big-endian. A time that nobody knows is 0.
 */
export const headerBytes = 80;
/** Of a whole packet. */
export const mostPacketBytes = 2_000_000 + headerBytes;

/**
 * - `jpeg`: a whole JPEG.
 * - `key`: H.264 in Annex B, SPS and PPS first, then a key frame. A decoder may begin here.
 * - `delta`: H.264 in Annex B that needs every packet since the last `key`.
 * - `still`: nothing. The screen has not changed, and the stream is alive.
 * - `sound-start`: one byte, 1 Opus or 2 raw (16-bit little-endian stereo at 48 kHz), then what describes it (`OpusHead`).
 * - `sound`: a piece of it.
 */
export const mediaKinds = ["jpeg", "key", "delta", "still", "sound-start", "sound"] as const;
export type MediaKind = (typeof mediaKinds)[number];

export interface MediaHeader {
  kind: MediaKind;
  /** Of a JPEG. */
  layer: StreamQuality;
  sequence: number;
  deviceId: string;
  width: number;
  height: number;
  screenWidth: number;
  screenHeight: number;
  /** Microseconds on the device's clock. */
  deviceUs: number;
  capturedMs: number;
  takenMs: number;
  sentMs: number;
  relayedInMs: number;
  relayedOutMs: number;
}

const layers = ["low", "medium", "high"] as const satisfies StreamQuality[];
const at = {
  kind: 0,
  layer: 1,
  sequence: 2,
  deviceId: 4,
  width: 20,
  height: 22,
  screenWidth: 24,
  screenHeight: 26,
  reserved: 28,
  deviceUs: 32,
  capturedMs: 40,
  takenMs: 48,
  sentMs: 56,
  relayedInMs: 64,
  relayedOutMs: 72,
} as const;

/** A whole packet: the header, then `parts` one after another. */
export function writeMediaPacket(header: MediaHeader, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.byteLength, headerBytes);
  const packet = new Uint8Array(length);
  const view = new DataView(packet.buffer);
  view.setUint8(at.kind, mediaKinds.indexOf(header.kind) + 1);
  view.setUint8(at.layer, layers.indexOf(header.layer));
  view.setUint16(at.sequence, header.sequence);
  writeId(packet, header.deviceId);
  view.setUint16(at.width, header.width);
  view.setUint16(at.height, header.height);
  view.setUint16(at.screenWidth, header.screenWidth);
  view.setUint16(at.screenHeight, header.screenHeight);
  view.setFloat64(at.deviceUs, header.deviceUs);
  view.setFloat64(at.capturedMs, header.capturedMs);
  view.setFloat64(at.takenMs, header.takenMs);
  view.setFloat64(at.sentMs, header.sentMs);
  view.setFloat64(at.relayedInMs, header.relayedInMs);
  view.setFloat64(at.relayedOutMs, header.relayedOutMs);
  let offset = headerBytes;
  for (const part of parts) {
    packet.set(part, offset);
    offset += part.byteLength;
  }
  return packet;
}

/** A failure is `INVALID_PAYLOAD`. The header is all that is looked at. */
export function readMediaHeader(packet: Uint8Array): Result<MediaHeader> {
  if (packet.byteLength < headerBytes)
    return malformed(`has ${packet.byteLength} bytes, fewer than its header`);
  if (packet.byteLength > mostPacketBytes) return malformed(`is larger than ${mostPacketBytes} bytes`);
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const kind = mediaKinds[view.getUint8(at.kind) - 1];
  if (kind === undefined) return malformed(`is of no known kind, ${view.getUint8(at.kind)}`);
  const layer = layers[view.getUint8(at.layer)];
  if (layer === undefined) return malformed(`has no known layer, ${view.getUint8(at.layer)}`);
  const times = [at.deviceUs, at.capturedMs, at.takenMs, at.sentMs, at.relayedInMs, at.relayedOutMs];
  if (!times.every((offset) => Number.isFinite(view.getFloat64(offset)))) {
    return malformed("has a time that is no number");
  }
  return succeed({
    kind,
    layer,
    sequence: view.getUint16(at.sequence),
    deviceId: readId(packet),
    width: view.getUint16(at.width),
    height: view.getUint16(at.height),
    screenWidth: view.getUint16(at.screenWidth),
    screenHeight: view.getUint16(at.screenHeight),
    deviceUs: view.getFloat64(at.deviceUs),
    capturedMs: view.getFloat64(at.capturedMs),
    takenMs: view.getFloat64(at.takenMs),
    sentMs: view.getFloat64(at.sentMs),
    relayedInMs: view.getFloat64(at.relayedInMs),
    relayedOutMs: view.getFloat64(at.relayedOutMs),
  });
}

/** What comes after the header; a view, not a copy. */
export function mediaPayload<Buffer extends ArrayBufferLike>(packet: Uint8Array<Buffer>): Uint8Array<Buffer> {
  return packet.subarray(headerBytes);
}

/** The relay's own two times, written where they belong. */
export function stampRelayedIn(packet: Uint8Array, atMs: number): void {
  new DataView(packet.buffer, packet.byteOffset).setFloat64(at.relayedInMs, atMs);
}

export function stampRelayedOut(packet: Uint8Array, atMs: number): void {
  new DataView(packet.buffer, packet.byteOffset).setFloat64(at.relayedOutMs, atMs);
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function readId(packet: Uint8Array): string {
  const hex = (index: number): string => hexOf[packet[at.deviceId + index] ?? 0] ?? "";
  return (
    `${hex(0)}${hex(1)}${hex(2)}${hex(3)}-${hex(4)}${hex(5)}-${hex(6)}${hex(7)}-` +
    `${hex(8)}${hex(9)}-${hex(10)}${hex(11)}${hex(12)}${hex(13)}${hex(14)}${hex(15)}`
  );
}

function writeId(packet: Uint8Array, deviceId: string): void {
  const digits = deviceId.replaceAll("-", "");
  for (let index = 0; index < 16; index += 1) {
    packet[at.deviceId + index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
  }
}

function malformed(problem: string): Result<never> {
  const details = { event: "stream:packet", path: "", problem };
  return fail("INVALID_PAYLOAD", `a media packet ${problem}`, details);
}
