import type { VideoUnit } from "./mirror.ts";

export interface VideoPassageNeeds {
  /** False while so much is under way that this device's video must not add to it. */
  isWireFree(): boolean;
  /** False when it could not be sent. `sequence` wraps at 65,536. */
  send(unit: VideoUnit, sequence: number): boolean;
  /** Asks the phone for a key frame; may be asked as often as one likes. */
  refresh(): void;
}

/**
 * The phone's video on its way to the relay, untouched. A delta is of use only after everything since the last key frame:
 * when one cannot go, the rest is dropped up to the next key frame, which is asked for as soon as the wire is free.
 */
export interface VideoPassage {
  setWatched(isWatched: boolean): void;
  push(unit: VideoUnit): void;
  /** Whether it waits for a key frame. */
  isBroken(): boolean;
  onWireFree(): void;
  /** What was sent last may be lost: the connection is another. */
  breakOff(): void;
}

export function makeVideoPassage(needs: VideoPassageNeeds): VideoPassage {
  let isWatched = false;
  let isBroken = true;
  let sequence = 0;

  function mend(): void {
    if (isWatched && isBroken && needs.isWireFree()) needs.refresh();
  }

  return {
    isBroken: () => isBroken,
    setWatched: (next) => {
      if (next === isWatched) return;
      isWatched = next;
      isBroken = true;
      mend();
    },
    push: (unit) => {
      if (!isWatched || (isBroken && !unit.isKey)) return;
      isBroken = !needs.isWireFree() || !needs.send(unit, sequence);
      if (!isBroken) sequence = (sequence + 1) % 0x10000;
    },
    onWireFree: mend,
    breakOff: () => {
      isBroken = true;
      mend();
    },
  };
}
