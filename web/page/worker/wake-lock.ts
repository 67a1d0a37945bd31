import { createEffect, createSignal, onCleanup, type Accessor } from "solid-js";

export type WakeLockState = "off" | "held" | "hidden" | "refused" | "missing";

/**
 * Keeps the PC's screen, and with it the PC, awake while `isWanted`. Chrome lets go whenever the page is hidden, so it is
 * taken again each time the page is shown.
 */
export function createWakeLock(
  isWanted: Accessor<boolean>,
  wakeLock: Pick<WakeLock, "request"> | undefined = navigator.wakeLock,
): Accessor<WakeLockState> {
  const [state, setState] = createSignal<WakeLockState>("off");

  createEffect(() => {
    if (!isWanted()) {
      setState("off");
      return;
    }
    let sentinel: WakeLockSentinel | undefined;
    let isOver = false;

    async function take(): Promise<void> {
      if (wakeLock === undefined) {
        setState("missing");
        return;
      }
      if (document.visibilityState !== "visible") {
        setState("hidden");
        return;
      }
      if (sentinel !== undefined && !sentinel.released) return;
      try {
        const taken = await wakeLock.request("screen");
        if (isOver) return void taken.release();
        sentinel = taken;
        taken.addEventListener("release", () => {
          if (!isOver) setState("hidden");
        });
        setState("held");
      } catch {
        // Low battery or a policy: the farm works without it.
        if (!isOver) setState("refused");
      }
    }

    const look = () => void take();
    document.addEventListener("visibilitychange", look);
    void take();
    onCleanup(() => {
      isOver = true;
      document.removeEventListener("visibilitychange", look);
      void sentinel?.release();
    });
  });

  return state;
}

export const wakeLockWords: Record<WakeLockState, string> = {
  off: "Screen may sleep",
  held: "Screen kept awake",
  hidden: "Screen may sleep while this tab is hidden",
  refused: "The system refused to keep the screen awake",
  missing: "This browser cannot keep the screen awake",
};
