import { createSignal, type Accessor } from "solid-js";

/** A small choice that this browser remembers. Storage that is full or forbidden only makes it forget. */
export function createSetting<T extends string>(
  name: string,
  fallback: T,
  isValid: (stored: string) => stored is T,
): [Accessor<T>, (value: T) => void] {
  const key = `tabfarm.${name}`;
  const [value, setValue] = createSignal<T>(read());

  function read(): T {
    try {
      const stored = localStorage.getItem(key);
      return stored !== null && isValid(stored) ? stored : fallback;
    } catch {
      return fallback;
    }
  }

  function write(next: T): void {
    setValue(() => next);
    try {
      localStorage.setItem(key, next);
    } catch {
      // The choice holds until the page is closed.
    }
  }

  return [value, write];
}

export function oneOf<const T extends readonly string[]>(choices: T) {
  return (stored: string): stored is T[number] => choices.includes(stored);
}
