import type { MediaHeader } from "../../protocol/media-packet.ts";
import type { ReceivedPacket } from "./video-player.ts";

/** Other things that happen to what is watched: each hears of every device. Absent ones cost nothing. */
export interface Tap {
  /** Every packet that comes, of whatever kind. `payload` is a view of it that stays as it is. */
  onPacket?(packet: ReceivedPacket, payload: Uint8Array<ArrayBuffer>): void;
  /** A decoded picture, before it is painted. It is closed later: who wants it for longer than the call clones it. */
  onPicture?(frame: VideoFrame, header: MediaHeader): void;
  /** A picture was shown: video on a canvas, or a JPEG by the page. */
  onShown?(shown: ShownPicture): void;
  /** The device is no longer watched. */
  onStopped?(deviceId: string): void;
}

/** The last hops of a picture, in Unix milliseconds of the relay's clock. */
export interface ShownPicture extends ReceivedPacket {
  /** As `receivedMs` of a JPEG, which the page decodes. */
  decodedMs: number;
  shownMs: number;
}

export interface Taps extends Required<Tap> {
  /** Returns what takes it away. */
  add(tap: Tap): () => void;
}

export function makeTaps(): Taps {
  const taps = new Set<Tap>();
  return {
    add(tap) {
      taps.add(tap);
      return () => taps.delete(tap);
    },
    onPacket(packet, payload) {
      for (const tap of taps) tap.onPacket?.(packet, payload);
    },
    onPicture(frame, header) {
      for (const tap of taps) tap.onPicture?.(frame, header);
    },
    onShown(shown) {
      for (const tap of taps) tap.onShown?.(shown);
    },
    onStopped(deviceId) {
      for (const tap of taps) tap.onStopped?.(deviceId);
    },
  };
}
