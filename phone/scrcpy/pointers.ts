const mostPointers = 10;

/** Gives the client's 64-bit pointer ids the small ones of a touch screen, lowest free first. */
export interface Pointers {
  /** Undefined: ten fingers are down already. */
  find(id: bigint): number | undefined;
  release(id: bigint): void;
}

export function makePointers(): Pointers {
  const local = new Map<bigint, number>();
  return {
    find(id) {
      const known = local.get(id);
      if (known !== undefined) return known;
      const taken = new Set(local.values());
      for (let free = 0; free < mostPointers; free += 1) {
        if (taken.has(free)) continue;
        local.set(id, free);
        return free;
      }
      return undefined;
    },
    release(id) {
      local.delete(id);
    },
  };
}
