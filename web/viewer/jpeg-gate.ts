import type { ReceivedPacket } from "./video-player.ts";

/** One JPEG at a time is with the page; of those that come meanwhile only the newest is kept. */
export interface JpegGate {
  offer(packet: ReceivedPacket, jpeg: Uint8Array<ArrayBuffer>): void;
  /** The page is ready for another; it showed the last one then, if it did. */
  done(shownMs: number | undefined): void;
  /** Forgets what waits. */
  clear(): void;
}

export function makeJpegGate(needs: {
  show(packet: ReceivedPacket, jpeg: Uint8Array<ArrayBuffer>): void;
  onShown(packet: ReceivedPacket, shownMs: number): void;
}): JpegGate {
  let shown: ReceivedPacket | undefined;
  let waiting: { packet: ReceivedPacket; jpeg: Uint8Array<ArrayBuffer> } | undefined;

  function show(packet: ReceivedPacket, jpeg: Uint8Array<ArrayBuffer>): void {
    shown = packet;
    needs.show(packet, jpeg);
  }

  return {
    offer(packet, jpeg) {
      if (shown === undefined) show(packet, jpeg);
      else waiting = { packet, jpeg };
    },
    done(shownMs) {
      if (shown !== undefined && shownMs !== undefined) needs.onShown(shown, shownMs);
      shown = undefined;
      const next = waiting;
      waiting = undefined;
      if (next !== undefined) show(next.packet, next.jpeg);
    },
    clear() {
      waiting = undefined;
    },
  };
}
