import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a condition; what does not come in a minute is an error. */
export async function until(isSo: () => boolean, what = String(isSo)): Promise<void> {
  const deadlineMs = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error(`not so within a minute: ${what}`);
    await sleep(20);
  }
}
