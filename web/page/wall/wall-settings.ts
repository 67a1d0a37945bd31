import type { Accessor } from "solid-js";
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
}

export function createWallSettings(): WallSettings {
  const [rate, setRate] = createSetting<WallRate>("wall-rate", "2", oneOf(wallRates));
  const [width, setWidth] = createSetting<string>(
    "tile-width",
    "150",
    (stored): stored is string => Number(stored) >= tileWidths.min && Number(stored) <= tileWidths.max,
  );
  const tileWidth = () => Number(width());
  return {
    rate,
    setRate,
    tileWidth,
    setTileWidth: (next) => setWidth(String(next)),
  };
}
