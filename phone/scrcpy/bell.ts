/** Wakes the one loop that waits for it; a ring while nobody waits is kept for the next wait. */
export interface Bell {
  ring(): void;
  /** Settles at the next ring, or after `timeoutMs`. */
  wait(timeoutMs?: number): Promise<void>;
}

export function makeBell(): Bell {
  let hasRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      hasRung = true;
      wake?.();
    },
    async wait(timeoutMs) {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = undefined;
      hasRung = false;
    },
  };
}
