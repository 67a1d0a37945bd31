/** How long the quickest arrival counts: clocks of phones drift by some milliseconds an hour. */
const windowMs = 60_000;

/**
 * The device's clock against ours. What travelled quickest lately says best how far apart they are, so "captured" is late
 * by that quickest way from the display to here: some milliseconds.
 */
export interface DeviceClock {
  /** Something of `deviceUs` came at `arrivedMs`. Tells how much later than the quickest, milliseconds. */
  learn(deviceUs: number, arrivedMs: number): number;
  /** 0 when nothing ever came. */
  toMs(deviceUs: number): number;
}

export function makeDeviceClock(): DeviceClock {
  /** The least of this window and of the one before: what is older is forgotten. */
  let present = { sinceMs: Number.NEGATIVE_INFINITY, least: Number.POSITIVE_INFINITY };
  let before = Number.POSITIVE_INFINITY;

  function least(): number {
    return Math.min(before, present.least);
  }

  return {
    learn(deviceUs, arrivedMs) {
      const offsetMs = arrivedMs - deviceUs / 1000;
      if (arrivedMs - present.sinceMs > windowMs / 2) {
        before = present.least;
        present = { sinceMs: arrivedMs, least: offsetMs };
      } else present.least = Math.min(present.least, offsetMs);
      return offsetMs - least();
    },
    toMs: (deviceUs) => (Number.isFinite(least()) ? deviceUs / 1000 + least() : 0),
  };
}
