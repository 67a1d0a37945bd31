import type { SentReport } from "../../../protocol/engine.ts";
import type { Size } from "../../../protocol/fields.ts";
import { makeRateMeter, type RateMeter } from "../rate-meter.ts";

type Sent = SentReport["what"];

/** What is sent of one device, by layer and video. */
export interface SentMeters {
  add(what: Sent, size: Size, bytes: number): void;
  /** Forgets what is not watched any more. */
  keep(isWatched: (what: Sent) => boolean): void;
  read(): SentReport[];
}

export function makeSentMeters(): SentMeters {
  const meters = new Map<Sent, { meter: RateMeter; size: Size }>();
  return {
    add: (what, size, bytes) => {
      const known = meters.get(what) ?? { meter: makeRateMeter(), size };
      known.size = size;
      known.meter.add(bytes);
      meters.set(what, known);
    },
    keep: (isWatched) => {
      for (const what of meters.keys()) if (!isWatched(what)) meters.delete(what);
    },
    read: () => [...meters].map(([what, { meter, size }]) => ({ what, size, ...meter.read() })),
  };
}
