/** The period, and how much of it chance adds or takes: a thousand dashboards must not ask in one second. */
const everyMs = 60_000;
const jitter = 0.2;

/**
 * Calls `ask` about once a minute while the page can be seen, and when it is seen again after it missed a turn. Returns
 * what ends it.
 */
export function askRegularly(ask: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOverdue = false;

  function turn(): void {
    isOverdue = document.hidden;
    if (isOverdue) return;
    ask();
    arm();
  }

  function arm(): void {
    timer = setTimeout(turn, everyMs * (1 - jitter + 2 * jitter * Math.random()));
  }

  const look = () => {
    if (isOverdue) turn();
  };
  document.addEventListener("visibilitychange", look);
  arm();
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
