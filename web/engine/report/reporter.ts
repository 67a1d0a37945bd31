const spacingMs = 250;
const throughputMs = 1000;

/** Tells the page: on every change, at most four times a second, and once a second for the throughput. */
export interface Reporter {
  soon(): void;
  /** Tells at once and stops. */
  stop(): void;
}

export function startReporter(report: () => void): Reporter {
  let lastMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  function tell(): void {
    clearTimeout(timer);
    timer = undefined;
    lastMs = performance.now();
    report();
  }

  function soon(): void {
    if (isStopped) return;
    timer ??= setTimeout(tell, Math.max(0, lastMs + spacingMs - performance.now()));
  }

  const interval = setInterval(soon, throughputMs);
  return {
    soon,
    stop: () => {
      isStopped = true;
      clearInterval(interval);
      tell();
    },
  };
}
