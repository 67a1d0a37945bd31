import type { StreamStartDeliver } from "../../protocol/stream.ts";
import type { Watch } from "./viewer.ts";

/** What a worker is told to send: the best that somebody watches. */
export type Demand = Required<Pick<StreamStartDeliver, "quality" | "fps" | "encoding">>;

const qualityOrder = ["low", "medium", "high"] as const;

/** The least that satisfies every watch; undefined when nobody watches. */
export function demandOf(watches: Watch[]): Demand | undefined {
  if (watches.length === 0) return undefined;
  const best = Math.max(...watches.map(({ quality }) => qualityOrder.indexOf(quality)));
  return {
    quality: qualityOrder[best] ?? "low",
    fps: Math.max(...watches.map(({ fps }) => fps)),
    // Bytes are a third smaller and are turned into text here once, however many ask for text.
    encoding: watches.some(({ encoding }) => encoding === "binary") ? "binary" : "base64",
  };
}

export function isSameDemand(one: Demand | undefined, other: Demand | undefined): boolean {
  return one?.quality === other?.quality && one?.fps === other?.fps && one?.encoding === other?.encoding;
}
