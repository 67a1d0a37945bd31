import type { Clock } from "../clock.ts";

/** A key frame is larger than what it replaces, and everybody who watches gets it. */
const everyMs = 1000;
/** An encoder that takes long to begin anew must not be made to begin anew meanwhile. */
const unansweredMs = 5000;

/** Asks a device's worker for a key frame, once for all who want one. */
export interface Refresh {
  /** Somebody cannot go on without one. */
  want(): void;
  /** One came. */
  came(): void;
  stop(): void;
}

/** `isWanted` is asked again when it is time, for a key frame may have come meanwhile. */
export function makeRefresh(clock: Clock, ask: () => void, isWanted: () => boolean): Refresh {
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let isAnswered = true;
  let wake: { atMs: number; cancel: () => void } | undefined;

  function stop(): void {
    wake?.cancel();
    wake = undefined;
  }

  function askNow(): void {
    stop();
    askedAtMs = clock.now();
    isAnswered = false;
    ask();
    askAt(askedAtMs + unansweredMs);
  }

  function askAt(atMs: number): void {
    if (wake !== undefined && wake.atMs <= atMs) return;
    stop();
    const cancel = clock.setTimer(atMs - clock.now(), () => {
      wake = undefined;
      if (isWanted()) askNow();
    });
    wake = { atMs, cancel };
  }

  return {
    want() {
      const atMs = askedAtMs + (isAnswered ? everyMs : unansweredMs);
      if (atMs <= clock.now()) askNow();
      else askAt(atMs);
    },
    came() {
      isAnswered = true;
    },
    stop,
  };
}
