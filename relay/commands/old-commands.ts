import type { Clock } from "../clock.ts";
import type { Store } from "../store/store.ts";

const restMs = 60_000;
const busyMs = 1000;
/** One sweep holds up nothing; as long as there is more, the next one comes soon. */
const mostAtOnce = 1000;

/** Forgets commands a while after their end, so that the store does not grow for ever. Returns how to stop. */
export function forgetOldCommands(store: Store, clock: Clock, keepMs: number): () => void {
  let cancel = clock.setTimer(restMs, sweep);
  function sweep(): void {
    // First, so that a disk that fails now is tried again.
    cancel = clock.setTimer(restMs, sweep);
    const forgotten = store.forgetCommandsEndedBefore(clock.now() - keepMs, mostAtOnce);
    if (forgotten < mostAtOnce) return;
    cancel();
    cancel = clock.setTimer(busyMs, sweep);
  }
  return () => cancel();
}
