import type { Clock } from "../clock.ts";

/** The phone's log, what `logcat` prints. */
export interface Log {
  write(tag: string, message: string): void;
  /** Lines in logcat's `threadtime` format, oldest first. */
  lines(): readonly string[];
  clear(): void;
  /** Called with each new line. Returns the unsubscriber. */
  onLine(listener: (line: string) => void): () => void;
}

const keptLines = 500;

export function makeLog(clock: Clock): Log {
  let lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  return {
    write(tag, message) {
      const time = new Date(clock.now()).toISOString().slice(5, 23).replace("T", " ");
      const line = `${time}  1000  1042 I ${tag}: ${message}`;
      lines = [...lines.slice(1 - keptLines), line];
      for (const listener of listeners) listener(line);
    },
    lines: () => lines,
    clear: () => void (lines = []),
    onLine(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
