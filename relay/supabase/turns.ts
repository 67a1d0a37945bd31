import type { Clock } from "../clock.ts";
import { describeBug, type Log } from "../log.ts";

const restAfterBugMs = 60_000;

/** Something that is done again and again, never twice at a time. */
export interface Turns {
  /** What was begun goes on, and must look. */
  isClosed(): boolean;
  close(): void;
}

/** Takes the next turn as many milliseconds after the last one ended as that one said. The first one comes soon. */
export function startTurns(
  { clock, log, what }: { clock: Clock; log: Log; what: string },
  take: () => Promise<number>,
): Turns {
  let isClosed = false;
  // Later than whoever starts it, who may still be putting itself together.
  let cancel = clock.setTimer(0, () => void turn());

  async function turn(): Promise<void> {
    const delayMs = await take().catch((bug: unknown) => {
      if (!isClosed) log(`bug: in ${what}: ${describeBug(bug)}`);
      return restAfterBugMs;
    });
    if (!isClosed) cancel = clock.setTimer(delayMs, () => void turn());
  }

  return {
    isClosed: () => isClosed,
    close() {
      isClosed = true;
      cancel();
    },
  };
}
