/** How much of what was sent to a peer may be unacknowledged before nothing more is sent. */
export const windowBytes = 192 * 1024;
/**
 * Asking for a receipt costs a round trip of tiny packets, so several frames share one. What is sent since the last one
 * stays counted; as it is less than the window, a full window always has a receipt under way.
 */
const bytesPerReceipt = windowBytes / 4;

/** Counts what a peer was sent and has not received yet, by receipts that cover everything sent before them. */
export interface SendWindow {
  isOpen(): boolean;
  /** Tells that `bytes` went out. */
  sent(bytes: number): void;
}

export function makeSendWindow(requestReceipt: () => Promise<void>, onReceipt: () => void): SendWindow {
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
    sent(bytes) {
      unacknowledged += bytes;
      uncovered += bytes;
      // Not awaited: the caller goes on sending meanwhile.
      if (uncovered >= bytesPerReceipt) void cover();
    },
  };
}
