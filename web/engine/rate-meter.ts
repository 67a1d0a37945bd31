const windowMs = 3000;

interface Rate {
  framesPerSecond: number;
  bytesPerSecond: number;
}

/** Frames and bytes a second over the last three seconds. */
export interface RateMeter {
  add(byteLength: number): void;
  read(): Rate;
}

function perSecond(amount: number): number {
  return Math.round((amount * 10_000) / windowMs) / 10;
}

export function makeRateMeter(): RateMeter {
  const frames: { atMs: number; byteLength: number }[] = [];

  function forgetOld(): void {
    const sinceMs = performance.now() - windowMs;
    while (frames[0] !== undefined && frames[0].atMs <= sinceMs) frames.shift();
  }

  return {
    add: (byteLength) => {
      frames.push({ atMs: performance.now(), byteLength });
      forgetOld();
    },
    read: () => {
      forgetOld();
      const bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
      return { framesPerSecond: perSecond(frames.length), bytesPerSecond: Math.round(perSecond(bytes)) };
    },
  };
}
