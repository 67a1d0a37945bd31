import { createEffect, createSignal, on, onCleanup, onMount, type Accessor } from "solid-js";

/**
 * Whether the focus lies over the wall, as it does where there is no room beside it: nobody sees the tiles then. Where that
 * is, the style sheet says.
 */
export function createCovered(
  wall: () => HTMLElement,
  openId: Accessor<string | undefined>,
): Accessor<boolean> {
  const [isCovered, setCovered] = createSignal(false);

  function look(): void {
    const focus = wall().parentElement?.querySelector(".focus");
    setCovered(focus instanceof HTMLElement && getComputedStyle(focus).position === "absolute");
  }

  onMount(() => {
    const observer = new ResizeObserver(look);
    observer.observe(wall());
    onCleanup(() => observer.disconnect());
  });
  // The focus comes and goes in the same turn, perhaps after this.
  createEffect(on(openId, () => queueMicrotask(look), { defer: true }));
  return isCovered;
}
