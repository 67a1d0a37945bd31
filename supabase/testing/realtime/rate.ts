/** How many messages the last second had, against what a project may send. */
export interface Rate {
  /** Counts so many; false, and uncounted, when they are too many. */
  take(count: number): boolean;
}

export function makeRate(messagesPerSecond: number, now: () => number = Date.now): Rate {
  let taken: number[] = [];
  return {
    take(count) {
      const since = now() - 1000;
      taken = taken.filter((at) => at > since);
      if (taken.length + count > messagesPerSecond) return false;
      for (let index = 0; index < count; index += 1) taken.push(now());
      return true;
    },
  };
}
