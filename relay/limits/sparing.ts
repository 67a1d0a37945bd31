import type { Clock } from "../clock.ts";

const everyMs = 1000;
/** Things told apart; all further ones share their turn. */
const mostThings = 1000;

/** Tells of what happens in floods once a second for each thing, so that the news is no flood itself. */
export interface Sparing {
  /** How often it happened since it was told last, this time included; undefined when it is too early to tell again. */
  mayTell(thing: string): number | undefined;
}

export function makeSparing(clock: Clock): Sparing {
  const things = new Map<string, { toldAtMs: number; untold: number }>();

  function makeRoom(nowMs: number): void {
    for (const [key, { toldAtMs, untold }] of things) {
      if (untold === 0 && nowMs - toldAtMs >= everyMs) things.delete(key);
    }
  }

  return {
    mayTell(thing) {
      const nowMs = clock.now();
      if (things.size >= mostThings && !things.has(thing)) makeRoom(nowMs);
      const key = things.size < mostThings || things.has(thing) ? thing : "others";
      const known = things.get(key);
      if (known !== undefined && nowMs - known.toldAtMs < everyMs) {
        known.untold += 1;
        return undefined;
      }
      things.set(key, { toldAtMs: nowMs, untold: 0 });
      return (known?.untold ?? 0) + 1;
    },
  };
}
