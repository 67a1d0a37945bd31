import type { MediaHeader, MediaKind } from "../../../protocol/media-packet.ts";
import type { ReceivedPacket } from "../video-player.ts";

// prettier-ignore
export const keyPayload = Uint8Array.of(
  0, 0, 0, 1, 0x67, 0x42, 0xe0, 0x1f, 0x9a, // SPS: Constrained Baseline 3.1
  0, 0, 0, 1, 0x68, 0xce, // PPS
  0, 0, 0, 1, 0x65, 0x88, // a slice of a key frame
);
export const deltaPayload = Uint8Array.of(0, 0, 0, 1, 0x41, 0x9a);

export function packetOf(deviceId: string, kind: MediaKind, more: Partial<MediaHeader> = {}): ReceivedPacket {
  const header: MediaHeader = {
    kind,
    layer: "low",
    sequence: 0,
    deviceId,
    width: 216,
    height: 480,
    screenWidth: 1080,
    screenHeight: 2400,
    deviceUs: 0,
    capturedMs: 1,
    takenMs: 2,
    sentMs: 3,
    relayedInMs: 4,
    relayedOutMs: 5,
    ...more,
  };
  return { header, receivedMs: 6 };
}
