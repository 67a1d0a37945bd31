import { createEffect, createSignal, onCleanup, type Accessor } from "solid-js";

/** Whether `isTrue` has been true for `afterMs`; false at once. */
export function createSettled(isTrue: Accessor<boolean>, afterMs: number): Accessor<boolean> {
  const [isSettled, setSettled] = createSignal(false);
  createEffect(() => {
    if (!isTrue()) {
      setSettled(false);
      return;
    }
    const timer = setTimeout(() => setSettled(true), afterMs);
    onCleanup(() => clearTimeout(timer));
  });
  return isSettled;
}
