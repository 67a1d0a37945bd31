/** How long too much must last before something is taken away, so that a bad moment costs nothing. */
const sustainedMs = 3000;
/** How long what was changed takes to show: sessions are replaced one after another. */
const settleMs = 5000;
const easyLoad = 0.5;
const firstPatienceMs = 10_000;
const mostPatienceMs = 320_000;

/**
 * How many steps are taken away because of one load. One more while the load stays at 1 or above; one less when it was
 * easy for long enough. When that turns out to have been one too many, the next try comes after twice the time: what is
 * watched does not change every few seconds for ever.
 */
export interface LoadLevel {
  /**
   * Tells a load, 1 being all there is, or that there is nothing to go by now; returns the level, 0 when nothing is
   * taken away.
   */
  tell(load: number | undefined, nowMs: number): number;
}

export function makeLoadLevel(mostLevel: number): LoadLevel {
  let level = 0;
  let changedMs = Number.NEGATIVE_INFINITY;
  let heavySinceMs: number | undefined;
  let easySinceMs: number | undefined;
  let patienceMs = firstPatienceMs;
  /** When a step was given back last, until it has proved right. */
  let triedMs: number | undefined;

  function change(by: number, nowMs: number): void {
    level += by;
    changedMs = nowMs;
    heavySinceMs = undefined;
    easySinceMs = undefined;
  }

  return {
    tell(load, nowMs) {
      heavySinceMs = load !== undefined && load >= 1 ? (heavySinceMs ?? nowMs) : undefined;
      easySinceMs = load !== undefined && load < easyLoad ? (easySinceMs ?? nowMs) : undefined;
      if (triedMs !== undefined && nowMs - triedMs > patienceMs) {
        triedMs = undefined;
        patienceMs = firstPatienceMs;
      }
      if (nowMs - changedMs < settleMs) return level;
      if (heavySinceMs !== undefined && nowMs - heavySinceMs >= sustainedMs && level < mostLevel) {
        if (triedMs !== undefined) patienceMs = Math.min(mostPatienceMs, patienceMs * 2);
        triedMs = undefined;
        change(1, nowMs);
      } else if (easySinceMs !== undefined && nowMs - easySinceMs >= patienceMs && level > 0) {
        triedMs = nowMs;
        change(-1, nowMs);
      }
      return level;
    },
  };
}
