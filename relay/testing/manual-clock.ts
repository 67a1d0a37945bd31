import type { Clock } from "../clock.ts";

export interface ManualClock extends Clock {
  /** Moves time on, firing what falls due in order, each at its own time. */
  advance(durationMs: number): void;
  pendingTimers(): number;
}

export function makeManualClock(startMs = Date.UTC(2026, 10, 23, 4, 20)): ManualClock {
  let nowMs = startMs;
  const timers = new Set<{ dueMs: number; callback: () => void }>();

  function nextDue(untilMs: number) {
    let next: { dueMs: number; callback: () => void } | undefined;
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }

  return {
    now: () => nowMs,
    setTimer(delayMs, callback) {
      const timer = { dueMs: nowMs + Math.max(0, delayMs), callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(durationMs) {
      const untilMs = nowMs + durationMs;
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timers.delete(timer);
        nowMs = timer.dueMs;
        timer.callback();
      }
      nowMs = untilMs;
    },
    pendingTimers: () => timers.size,
  };
}
