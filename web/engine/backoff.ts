export interface Backoff {
  firstMs: number;
  maxMs: number;
}

/** Doubles from the first wait to the longest; `attempt` counts failures in a row from 1. */
export function backoffMs({ firstMs, maxMs }: Backoff, attempt: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(0, attempt - 1), 30));
}

/** Up to a fifth shorter, so that a farm's workers do not all come back in the same moment. */
export function jittered(waitMs: number): number {
  return waitMs * (1 - Math.random() / 5);
}
