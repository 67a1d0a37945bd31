import { writeMediaPacket, type MediaHeader } from "../../protocol/media-packet.ts";
import { deviceA } from "./test-farm.ts";

/** A media packet of so many bytes after its header. */
export function samplePacket(changes: Partial<MediaHeader> = {}, size = 100): Uint8Array<ArrayBuffer> {
  const header: MediaHeader = {
    kind: "delta",
    layer: "low",
    sequence: 0,
    deviceId: deviceA,
    width: 240,
    height: 532,
    screenWidth: 1080,
    screenHeight: 2400,
    deviceUs: 0,
    capturedMs: 0,
    takenMs: 0,
    sentMs: 0,
    relayedInMs: 0,
    relayedOutMs: 0,
    ...changes,
  };
  return writeMediaPacket(header, new Uint8Array(size).fill(7));
}
