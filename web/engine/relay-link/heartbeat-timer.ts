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

export function startHeartbeatTimer(beat: () => void): HeartbeatTimer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueMs = 0;
  let isStopped = false;

  function schedule(waitMs: number): void {
    if (isStopped) return;
    clearTimeout(timer);
    dueMs = Date.now() + waitMs;
    timer = setTimeout(fire, waitMs);
  }

  function fire(): void {
    schedule(everyMs);
    beat();
  }

  schedule(everyMs);
  return {
    soon: () => {
      if (dueMs - Date.now() > coalesceMs) schedule(coalesceMs);
    },
    now: fire,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
