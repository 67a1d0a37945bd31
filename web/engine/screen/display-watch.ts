import type { DeviceLink } from "../device/device-link.ts";
import { pause } from "../pause.ts";
import { displayQuestion, readDisplayState, unknownDisplay, type DisplayState } from "./display-state.ts";

const leastMs = 2000;
const mostMs = 15_000;
const answerLimitMs = 10_000;
/** `dumpsys window` holds up the phone's window manager, so a slow phone is asked more seldom. */
const shareOfTime = 1 / 20;

export interface DisplayWatchNeeds {
  link: Pick<DeviceLink, "shell">;
  /** Whenever it is another than before; the first one is never all unknown. */
  onChange(state: DisplayState): void;
  /** Ends it. */
  signal: AbortSignal;
}

/** Asks a watched phone now and then how its display is: every 2 s after a change, ever more seldom down to every 15 s. */
export interface DisplayWatch {
  /** Something may have changed, e.g. a still picture moved: asks soon. */
  poke(): void;
}

export function watchDisplay(needs: DisplayWatchNeeds): DisplayWatch {
  const { link, signal } = needs;
  let state = unknownDisplay;
  let waitMs = leastMs;
  let wake = new AbortController();
  /** Whether it is to be asked again as soon as may be. */
  let isNews = false;

  async function ask(): Promise<void> {
    const answer = await link.shell(displayQuestion, answerLimitMs);
    const next = readDisplayState(answer.stdout);
    if (signal.aborted || isSame(state, next)) return;
    state = next;
    isNews = true;
    needs.onChange(next);
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      isNews = false;
      const askedMs = performance.now();
      // One that does not answer is told elsewhere; what was known of it is still the best guess.
      await ask().catch(() => undefined);
      const tookMs = performance.now() - askedMs;
      waitMs = isNews ? leastMs : Math.min(mostMs, waitMs * 2);
      await pause(Math.max(leastMs, tookMs / shareOfTime), signal);
      if (isNews) continue;
      wake = new AbortController();
      await pause(waitMs - leastMs, AbortSignal.any([signal, wake.signal]));
    }
  }

  void run();
  return {
    poke: () => {
      isNews = true;
      wake.abort();
    },
  };
}

function isSame(one: DisplayState, other: DisplayState): boolean {
  return one.display === other.display && one.isLocked === other.isLocked && one.isSecure === other.isSecure;
}
