/** What the relay has not received of a stalled or slow uplink is never less than this: three receipts' worth. */
const leastBytes = 192 * 1024;
const mostBytes = 1536 * 1024;
/** How old a picture may become on the uplink. */
const patienceMs = 250;
/** Tiles leave this much of the window to what is in focus. */
const tileShare = 0.75;
const rateWindowMs = 1000;

/**
 * Keeps pictures from queueing on the uplink, whose buffers would hold seconds of them: so much may be under way as the
 * relay receives in a quarter of a second. A long way to the relay opens the window by itself, a slow one does not.
 */
export interface UplinkWindow {
  isFree(isFocus: boolean): boolean;
  sent(byteLength: number): void;
  onReceipt(): void;
  /** The share of the time since it was last asked in which tiles had to wait, 0 to 1. */
  takeShutShare(): number;
  /** The connection is new or gone. */
  reset(): void;
}

export function makeUplinkWindow(unreceivedBytes: () => number): UplinkWindow {
  let sentBytes = 0;
  /** What was received in all, at the receipts of the last second. */
  let receipts: { atMs: number; bytes: number }[] = [];
  let shutSinceMs: number | undefined;
  let shutMs = 0;
  let askedMs = performance.now();

  function limit(): number {
    const nowMs = performance.now();
    receipts = receipts.filter(({ atMs }) => nowMs - atMs <= rateWindowMs);
    const received = (receipts.at(-1)?.bytes ?? 0) - (receipts[0]?.bytes ?? 0);
    const bytesPerMs = received / rateWindowMs;
    return Math.min(mostBytes, Math.max(leastBytes, bytesPerMs * patienceMs));
  }

  function isFree(isFocus: boolean): boolean {
    return unreceivedBytes() < limit() * (isFocus ? 1 : tileShare);
  }

  function open(): void {
    if (shutSinceMs === undefined) return;
    shutMs += performance.now() - shutSinceMs;
    shutSinceMs = undefined;
  }

  return {
    isFree: (isFocus) => {
      const answer = isFree(isFocus);
      if (!answer) shutSinceMs ??= performance.now();
      return answer;
    },
    sent: (byteLength) => {
      sentBytes += byteLength;
    },
    onReceipt: () => {
      receipts.push({ atMs: performance.now(), bytes: sentBytes - unreceivedBytes() });
      if (isFree(false)) open();
    },
    takeShutShare: () => {
      const nowMs = performance.now();
      const isShut = shutSinceMs !== undefined;
      open();
      if (isShut) shutSinceMs = nowMs;
      const share = nowMs === askedMs ? 0 : Math.min(1, shutMs / (nowMs - askedMs));
      shutMs = 0;
      askedMs = nowMs;
      return share;
    },
    reset: () => {
      sentBytes = 0;
      receipts = [];
      open();
    },
  };
}
