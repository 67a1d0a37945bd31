import { aborted } from "./aborted.ts";

export interface WorkerLockNeeds {
  /** `navigator.locks`; undefined where there is none, and then nobody else can hold it either. */
  locks: LockManager | undefined;
  pcId: string;
  /** Lets go of the lock, or stops waiting for it. */
  signal: AbortSignal;
  /** Another tab of this browser is the worker of this PC; it is waited for. */
  onElsewhere(): void;
}

/**
 * Resolves when this thread is the only worker of its PC in this browser, at the latest when the other tab closes.
 * The lock also keeps Chrome from discarding the tab. Resolves false when the signal aborted first.
 */
export async function holdWorkerLock(needs: WorkerLockNeeds): Promise<boolean> {
  const { locks, pcId, signal } = needs;
  if (locks === undefined) return true;
  const name = `tabfarm-worker:${pcId}`;
  const held = Promise.withResolvers<boolean>();
  const holdUntilAborted = (): Promise<void> => {
    held.resolve(!signal.aborted);
    return aborted(signal);
  };
  // A browser that refuses locks must not leave a kiosk without its worker.
  const onRefused = (): void => held.resolve(!signal.aborted);
  const wait = (): Promise<void> => locks.request(name, { signal }, holdUntilAborted).catch(onRefused);
  void locks
    .request(name, { ifAvailable: true }, (lock) => {
      if (lock !== null) return holdUntilAborted();
      needs.onElsewhere();
      void wait();
      return undefined;
    })
    .catch(onRefused);
  return await held.promise;
}
