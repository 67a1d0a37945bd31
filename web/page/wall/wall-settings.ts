import { createMemo, type Accessor } from "solid-js";
import type { PictureWish } from "../../../protocol/viewer.ts";
import { askedShortEdge } from "../frame/asked-size.ts";
import { createSetting, oneOf } from "../look/setting.ts";

export const wallRates = ["1", "2", "5"] as const;
export type WallRate = (typeof wallRates)[number];
export const tileWidths = { min: 110, max: 340 } as const;

export interface WallSettings {
  rate: Accessor<WallRate>;
  setRate: (rate: WallRate) => void;
  /** CSS pixels. */
  tileWidth: Accessor<number>;
  setTileWidth: (width: number) => void;
  wish: Accessor<PictureWish>;
}

export function createWallSettings(): WallSettings {
  const [rate, setRate] = createSetting<WallRate>("wall-rate", "2", oneOf(wallRates));
  const [width, setWidth] = createSetting<string>(
    "tile-width",
    "150",
    (stored): stored is string => Number(stored) >= tileWidths.min && Number(stored) <= tileWidths.max,
  );
  const tileWidth = () => Number(width());
  const shortEdge = createMemo((asked?: number) => askedShortEdge(tileWidth() * devicePixelRatio, asked));
  return {
    rate,
    setRate,
    tileWidth,
    setTileWidth: (next) => setWidth(String(next)),
    wish: () => ({ shortEdge: shortEdge(), fps: Number(rate()), encoding: "auto" }),
  };
}
