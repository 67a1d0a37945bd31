import type { AdbTransport } from "@yume-chan/adb";
import { AdbScrcpyExitedError } from "@yume-chan/adb-scrcpy";
import { ScopedTransport } from "../device/scoped-transport.ts";
import { withTimeLimit } from "../time-limit.ts";
import { ServerEndedError } from "./scrcpy-session.ts";
import type { LastWords } from "./server-output.ts";

const startLimitMs = 15_000;

/**
 * Starts a server in a scope of its own, which is closed when that fails. A server that ended while it started is a
 * `ServerEndedError` with its last words; `what` is for the error of one that takes too long.
 */
export async function startInScope<T>(
  transport: AdbTransport,
  what: string,
  start: (scope: ScopedTransport) => Promise<T>,
): Promise<T> {
  const scope = new ScopedTransport(transport);
  try {
    return await withTimeLimit(what, startLimitMs, start(scope));
  } catch (error) {
    void scope.close();
    if (error instanceof AdbScrcpyExitedError) {
      const lastWords = error.output.slice(-5).join(" ") || "no output";
      throw new ServerEndedError(`the scrcpy server ended: ${lastWords}`, { cause: error });
    }
    throw error;
  }
}

/** Closes the scope when the first of the server's streams ends, whose rest is then of no use; resolves with why. Never rejects. */
export function closeWhenEnded(
  scope: ScopedTransport,
  streams: readonly Promise<unknown>[],
  lastWords: LastWords,
): Promise<string> {
  const ended = Promise.race(streams).then(
    () => lastWords.text() || "the scrcpy server ended",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  void ended.then(() => scope.close());
  return ended;
}
