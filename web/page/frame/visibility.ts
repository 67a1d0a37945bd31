import { createSignal, onCleanup, onMount, type Accessor } from "solid-js";

/** Whether the page is shown and the element is near what is scrolled into view. */
export function createVisibility(element: () => Element): Accessor<boolean> {
  const isPageShown = createPageShown();
  const [isInView, setInView] = createSignal(false);
  onMount(() => {
    const observer = new IntersectionObserver(
      // Several entries can wait when the page was busy: only the last is true now.
      (entries) => setInView(entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: "80px" },
    );
    observer.observe(element());
    onCleanup(() => observer.disconnect());
  });
  return () => isPageShown() && isInView();
}

export function createPageShown(): Accessor<boolean> {
  const [isShown, setShown] = createSignal(document.visibilityState === "visible");
  const look = () => setShown(document.visibilityState === "visible");
  document.addEventListener("visibilitychange", look);
  onCleanup(() => document.removeEventListener("visibilitychange", look));
  return isShown;
}
