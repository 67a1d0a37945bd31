export interface Backoff {
  firstMs: number;
  maxMs: number;
}

/** Doubles from the first wait to the longest; `attempt` counts failures in a row from 1. */
export function backoffMs({ firstMs, maxMs }: Backoff, attempt: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(0, attempt - 1), 30));
}
