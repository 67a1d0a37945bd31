const everyMs = 2000;

export interface StillMarkNeeds {
  /** Whether everything there is to see was sent. */
  isSettled: () => boolean;
  mark: () => void;
}

/** Says of a still screen every two seconds that it is still one, and no stream that has died. */
export interface StillMark {
  /** Something was sent: that says as much. */
  sent(): void;
  stop(): void;
}

/** Runs until it is stopped. */
export function startStillMark({ isSettled, mark }: StillMarkNeeds): StillMark {
  let timer = setTimeout(onQuiet, everyMs);

  function sent(): void {
    clearTimeout(timer);
    timer = setTimeout(onQuiet, everyMs);
  }

  function onQuiet(): void {
    sent();
    if (isSettled()) mark();
  }

  return { sent, stop: () => clearTimeout(timer) };
}
