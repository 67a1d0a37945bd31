import type { Size } from "../../../protocol/fields.ts";
import { writeMediaPacket, type MediaKind } from "../../../protocol/media-packet.ts";
import type { StreamQuality } from "../../../protocol/stream.ts";

/** What becomes a media packet. Its times are this machine's own (`localNowMs`), and 0 when nobody knows them. */
export interface MediaPiece {
  kind: MediaKind;
  layer: StreamQuality;
  sequence: number;
  size: Size;
  /** The display, turned as the picture is. */
  screen: Size;
  /** Microseconds on the device's clock. */
  deviceUs: number;
  capturedMs: number;
  takenMs: number;
  /** One after another. */
  parts: readonly Uint8Array[];
}

/** `clockOffsetMs`: how much later it is at the relay. */
export function mediaPacketOf(
  piece: MediaPiece,
  deviceId: string,
  nowMs: number,
  clockOffsetMs: number,
): Uint8Array<ArrayBuffer> {
  const { kind, layer, sequence, size, screen, deviceUs, capturedMs, takenMs, parts } = piece;
  const atRelay = (ms: number): number => (ms === 0 ? 0 : ms + clockOffsetMs);
  return writeMediaPacket(
    {
      kind,
      layer,
      sequence,
      deviceId,
      width: size.width,
      height: size.height,
      screenWidth: screen.width,
      screenHeight: screen.height,
      deviceUs,
      capturedMs: atRelay(capturedMs),
      takenMs: atRelay(takenMs),
      sentMs: atRelay(nowMs),
      relayedInMs: 0,
      relayedOutMs: 0,
    },
    ...parts,
  );
}
