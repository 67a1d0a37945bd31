import { createSignal, onCleanup, type Accessor } from "solid-js";

/** e.g. `14:10`, as people here write it. */
export function clockWords(time: string | number): string {
  return new Date(time).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}

/** Unix milliseconds, renewed every `periodMs`. */
export function createClock(periodMs: number): Accessor<number> {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), periodMs);
  onCleanup(() => clearInterval(timer));
  return now;
}
