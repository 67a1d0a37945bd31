import { createSignal, onCleanup, type Accessor } from "solid-js";

/** Unix milliseconds, renewed every `periodMs`. */
export function createClock(periodMs: number): Accessor<number> {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), periodMs);
  onCleanup(() => clearInterval(timer));
  return now;
}
