import { vi } from "vitest";

/** Waits until the check passes; its limit is for machines that do much else meanwhile. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000, interval: 5 });
}
