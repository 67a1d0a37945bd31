const levels = ["verbose", "debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof levels)[number];

export function isLogLevel(name: string): name is LogLevel {
  return (levels as readonly string[]).includes(name);
}

/** What the server prints: lines begin with `[server] LEVEL:`, and warnings and errors go to stderr. */
export type Log = (level: LogLevel, message: string) => void;

/** A log that is silent below `least`. */
export function makeLog(
  streams: { stdout(text: string): void; stderr(text: string): void },
  least: LogLevel,
): Log {
  return (level, message) => {
    if (levels.indexOf(level) < levels.indexOf(least)) return;
    const line = `[server] ${level.toUpperCase()}: ${message}\n`;
    if (level === "warn" || level === "error") streams.stderr(line);
    else streams.stdout(line);
  };
}
