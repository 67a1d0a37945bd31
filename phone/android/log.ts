import type { Clock } from "../clock.ts";

/** The phone's log, what `logcat` prints. */
export interface Log {
  write(tag: string, message: string, from?: { priority?: LogPriority; processId?: number }): void;
  /** Oldest first; old ones are forgotten. */
  entries(): readonly LogEntry[];
  clear(): void;
  /** Called with each new entry. Returns the unsubscriber. */
  onEntry(listener: (entry: LogEntry) => void): () => void;
}

export interface LogEntry {
  timeMs: number;
  priority: LogPriority;
  processId: number;
  tag: string;
  message: string;
}

/** By weight, lightest first (AOSP `liblog`, `android/log.h`). */
export const logPriorities = ["V", "D", "I", "W", "E", "F"] as const;
export type LogPriority = (typeof logPriorities)[number];

/** More than this, and the oldest go; also what a reader who stands still may miss. */
export const keptEntries = 500;
const systemServerId = 1042;

export function makeLog(clock: Clock): Log {
  let entries: LogEntry[] = [];
  const listeners = new Set<(entry: LogEntry) => void>();
  return {
    write(tag, message, { priority = "I", processId = systemServerId } = {}) {
      const entry = { timeMs: clock.now(), priority, processId, tag, message };
      entries = [...entries.slice(1 - keptEntries), entry];
      for (const listener of listeners) listener(entry);
    },
    entries: () => entries,
    clear: () => void (entries = []),
    onEntry(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
