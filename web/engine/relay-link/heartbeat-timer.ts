const everyMs = 5000;
/** Changes that come together (a hub is unplugged) are told together. */
const coalesceMs = 200;

/** Says when to send a heartbeat. */
export interface HeartbeatTimer {
  /** A device changed: one heartbeat soon. */
  soon(): void;
  /** The relay is back: one heartbeat now. */
  now(): void;
  stop(): void;
}

/** `beat` is told whether one is due in any case; when not, it may find nothing new to tell and answer false. */
export function startHeartbeatTimer(beat: (isDue: boolean) => boolean): HeartbeatTimer {
  let regular: ReturnType<typeof setTimeout> | undefined;
  let early: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  function fire(isDue: boolean): void {
    clearTimeout(early);
    early = undefined;
    if (isStopped) return;
    const isSent = beat(isDue);
    if (!isDue && !isSent) return;
    clearTimeout(regular);
    regular = setTimeout(() => fire(true), everyMs);
  }

  regular = setTimeout(() => fire(true), everyMs);
  return {
    soon: () => {
      early ??= setTimeout(() => fire(false), coalesceMs);
    },
    now: () => fire(true),
    stop: () => {
      isStopped = true;
      clearTimeout(regular);
      clearTimeout(early);
    },
  };
}
