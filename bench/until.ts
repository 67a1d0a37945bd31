import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a condition; what does not come in a minute is an error. */
export async function until(isSo: () => boolean, what = String(isSo)): Promise<void> {
  const deadlineMs = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error(`not so within a minute: ${what}`);
    await sleep(20);
  }
}

/** As `until`, of what has to be asked for. An answer that does not come is asked for again. */
export async function untilAsked(ask: () => Promise<boolean>, what: string): Promise<void> {
  const deadlineMs = performance.now() + 300_000;
  while (!(await ask().catch(() => false))) {
    if (performance.now() > deadlineMs) throw new Error(`not so within five minutes: ${what}`);
    await sleep(300);
  }
}
