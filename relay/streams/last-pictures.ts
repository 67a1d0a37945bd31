import type { StreamQuality } from "../../protocol/stream.ts";
import type { CacheBudget } from "./cache-budget.ts";
import type { KeptPicture, Picture } from "./picture.ts";

/** A device's newest JPEG of each layer, to greet viewers with. What there is no room for is not kept. */
export interface LastPictures {
  has(layer: StreamQuality): boolean;
  /** Alone: whatever layer its predecessor was of, it takes its place. */
  keep(picture: Picture, isAlone: boolean): void;
  /** One that stays as it is, whatever is kept after it. */
  nearestTo(layer: StreamQuality): Picture | undefined;
  /** Forgets those of other layers. */
  keepLayers(layers: readonly StreamQuality[]): void;
}

const rank: Record<StreamQuality, number> = { low: 0, medium: 1, high: 2 };

export function makeLastPictures(budget: CacheBudget): LastPictures {
  const pictures = new Map<StreamQuality, KeptPicture>();

  function forget(layer: StreamQuality): void {
    budget.give(pictures.get(layer)?.bytes ?? 0);
    pictures.delete(layer);
  }

  return {
    has: (layer) => pictures.has(layer),
    keep(picture, isAlone) {
      const { layer } = picture;
      const kept = picture.kept(pictures.get(layer));
      if (isAlone) this.keepLayers([]);
      else forget(layer);
      if (budget.take(kept.bytes)) pictures.set(layer, kept);
    },
    nearestTo(asked) {
      const distance = ({ picture }: KeptPicture): number => Math.abs(rank[picture.layer] - rank[asked]);
      const [nearest] = [...pictures.values()].sort((one, other) => distance(one) - distance(other));
      return nearest?.picture.kept().picture;
    },
    keepLayers(layers) {
      for (const layer of pictures.keys()) if (!layers.includes(layer)) forget(layer);
    },
  };
}
