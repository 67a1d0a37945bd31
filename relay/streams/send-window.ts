import { bytesPerReceipt } from "../../protocol/media-connection.ts";
import type { PacketWay, Wire } from "../wire.ts";

/** How much of what was sent to a peer may be unacknowledged before nothing more is sent. */
export const windowBytes = 192 * 1024;
/** The same where it tells by itself, which is after more bytes than where it is asked. */
export const toldWindowBytes = 2 * bytesPerReceipt.toRelay;

/** Counts what a peer was sent and has not received yet. */
export interface SendWindow {
  isOpen(): boolean;
  /** Open, or not so far over it that sound, which is little and cannot wait, has to be left out. */
  isOpenForSound(): boolean;
  /** Tells that `bytes` went out. */
  sent(bytes: number): void;
}

/** `onReceipt` is called whenever the peer has received some more. */
export function makeSendWindow(wire: Wire, onReceipt: () => void): SendWindow {
  return wire.packets === undefined
    ? makeAskingWindow(() => wire.caughtUp(), onReceipt)
    : makeToldWindow(wire.packets, onReceipt);
}

/** Of a peer that tells by itself what it has received. */
function makeToldWindow(packets: PacketWay, onReceipt: () => void): SendWindow {
  packets.onReceipt(onReceipt);
  return {
    isOpen: () => packets.unreceivedBytes() < toldWindowBytes,
    isOpenForSound: () => packets.unreceivedBytes() < 2 * toldWindowBytes,
    sent() {},
  };
}

/**
 * Asking for a receipt costs a round trip of tiny packets, so several frames share one. What is sent since the last one
 * stays counted; as it is less than the window, a full window always has a receipt under way.
 */
const bytesAsked = windowBytes / 4;

/** Of one that must be asked: each receipt covers everything that was sent before it. */
export function makeAskingWindow(requestReceipt: () => Promise<void>, onReceipt: () => void): SendWindow {
  let unacknowledged = 0;
  let uncovered = 0;

  /** Asks for a receipt of everything sent up to now. It never fails; it is also given when the wire closes. */
  async function cover(): Promise<void> {
    const covered = uncovered;
    uncovered = 0;
    await requestReceipt();
    unacknowledged -= covered;
    onReceipt();
  }

  return {
    isOpen: () => unacknowledged < windowBytes,
    isOpenForSound: () => unacknowledged < 2 * windowBytes,
    sent(bytes) {
      unacknowledged += bytes;
      uncovered += bytes;
      // Not awaited: the caller goes on sending meanwhile.
      if (uncovered >= bytesAsked) void cover();
    },
  };
}
