/** What the relay keeps of all devices, to begin with for viewers that come late, bytes. */
export const mostCachedBytes = 64_000_000;

/** Shares out the room for what is kept. Whoever takes gives back. */
export interface CacheBudget {
  /** False, and nothing is taken, when there is no room. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  takenBytes(): number;
}

export function makeCacheBudget(mostBytes = mostCachedBytes): CacheBudget {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > mostBytes) return false;
      taken += bytes;
      return true;
    },
    give(bytes) {
      taken -= bytes;
    },
    takenBytes: () => taken,
  };
}
