import { createSignal, onCleanup, type Accessor } from "solid-js";

export function createPageShown(): Accessor<boolean> {
  const [isShown, setShown] = createSignal(document.visibilityState === "visible");
  const look = () => setShown(document.visibilityState === "visible");
  document.addEventListener("visibilitychange", look);
  onCleanup(() => document.removeEventListener("visibilitychange", look));
  return isShown;
}
