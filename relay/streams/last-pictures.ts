import type { StreamQuality } from "../../protocol/stream.ts";
import type { CacheBudget } from "./cache-budget.ts";
import type { Picture } from "./picture.ts";

/** A device's newest JPEG of each layer, to greet viewers with. What there is no room for is not kept. */
export interface LastPictures {
  has(layer: StreamQuality): boolean;
  /** Alone: whatever layer its predecessor was of, it takes its place. */
  keep(picture: Picture, isAlone: boolean): void;
  nearestTo(layer: StreamQuality): Picture | undefined;
  /** Forgets those of other layers. */
  keepLayers(layers: readonly StreamQuality[]): void;
}

const rank: Record<StreamQuality, number> = { low: 0, medium: 1, high: 2 };

export function makeLastPictures(budget: CacheBudget): LastPictures {
  const pictures = new Map<StreamQuality, Picture>();

  function forget(layer: StreamQuality): void {
    budget.give(pictures.get(layer)?.keptBytes ?? 0);
    pictures.delete(layer);
  }

  return {
    has: (layer) => pictures.has(layer),
    keep(picture, isAlone) {
      if (isAlone) this.keepLayers([]);
      else forget(picture.layer);
      if (budget.take(picture.keptBytes)) pictures.set(picture.layer, picture);
    },
    nearestTo(asked) {
      const distance = ({ layer }: Picture): number => Math.abs(rank[layer] - rank[asked]);
      return [...pictures.values()].sort((one, other) => distance(one) - distance(other))[0];
    },
    keepLayers(layers) {
      for (const layer of pictures.keys()) if (!layers.includes(layer)) forget(layer);
    },
  };
}
