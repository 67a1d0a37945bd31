const frictionPerMs = 0.004;
const slowestDpPerMs = 0.02;
/** A fling is over when this much of it is left. */
const restDp = 0.5;

/** A list's place. A fling is a function of time, so nothing needs to run while nobody looks. */
export interface Scroller {
  /** dp that are scrolled away above. */
  offset(now: number): number;
  /** How far the list can go, from its present layout. */
  limit(most: number): void;
  scrollBy(dy: number, now: number): void;
  /** The finger left with this speed, in dp a millisecond; above 0 shows what is below. */
  fling(speed: number, now: number): void;
  isMoving(now: number): boolean;
}

export function makeScroller(): Scroller {
  let rest = 0;
  let most = 0;
  let flung: { speed: number; at: number } | undefined;

  const clamp = (value: number) => Math.min(Math.max(value, 0), most);
  const distance = (now: number) =>
    flung === undefined
      ? 0
      : (flung.speed / frictionPerMs) * (1 - Math.exp(-frictionPerMs * (now - flung.at)));

  function offset(now: number): number {
    return clamp(rest + distance(now));
  }
  return {
    offset,
    limit(value) {
      most = Math.max(0, value);
    },
    scrollBy(dy, now) {
      rest = clamp(offset(now) + dy);
      flung = undefined;
    },
    fling(speed, now) {
      rest = offset(now);
      flung = Math.abs(speed) < slowestDpPerMs ? undefined : { speed, at: now };
    },
    isMoving(now) {
      if (flung === undefined) return false;
      const left = Math.abs(flung.speed / frictionPerMs - distance(now));
      const here = rest + distance(now);
      if (left > restDp && here > 0 && here < most) return true;
      rest = offset(now);
      flung = undefined;
      return false;
    },
  };
}
