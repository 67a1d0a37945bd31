import { createComputed, createSignal, on, onCleanup, type Accessor } from "solid-js";

/** Follows `source`: at once after a rest of `gapMs`, and then with its newest value, so that a storm costs little. */
export function createPaced<T>(source: Accessor<T>, gapMs: () => number): Accessor<T> {
  const [value, setValue] = createSignal(source(), { equals: false });
  let followedAtMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function follow(): void {
    timer = undefined;
    followedAtMs = performance.now();
    setValue(() => source());
  }

  createComputed(
    on(
      source,
      () => {
        if (timer !== undefined) return;
        const waitMs = followedAtMs + gapMs() - performance.now();
        if (waitMs <= 0) follow();
        else timer = setTimeout(follow, waitMs);
      },
      { defer: true },
    ),
  );
  onCleanup(() => clearTimeout(timer));
  return value;
}
