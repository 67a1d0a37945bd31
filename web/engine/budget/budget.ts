import { makeLoadLevel } from "./load-level.ts";
import { fullShare, fullShares, type Lack, type Shares } from "./share.ts";

/** How much is used of what there is; 1 is all of it. */
export type Loads = Record<Lack, number>;

/** What is taken away at each level, from the first on. Tiles slow down before focus does; floors are `grantedFps`'s. */
const ladders: Record<Lack, readonly { tile: number; focus: number; jpegQuality?: number }[]> = {
  usb: [
    { tile: 0.6, focus: 1 },
    { tile: 0.4, focus: 1 },
    { tile: 0.2, focus: 1 },
    { tile: 0.2, focus: 0.5 },
    { tile: 0.2, focus: 0.25 },
  ],
  cpu: [
    { tile: 0.6, focus: 1 },
    { tile: 0.4, focus: 1 },
    { tile: 0.2, focus: 1 },
    { tile: 0.2, focus: 0.5 },
    { tile: 0.2, focus: 0.25 },
  ],
  // A coarser JPEG is noticed less than a slower one.
  uplink: [
    { tile: 1, focus: 1, jpegQuality: 0.5 },
    { tile: 0.6, focus: 1, jpegQuality: 0.45 },
    { tile: 0.4, focus: 1, jpegQuality: 0.4 },
    { tile: 0.2, focus: 1, jpegQuality: 0.4 },
    { tile: 0.2, focus: 0.5, jpegQuality: 0.4 },
    { tile: 0.2, focus: 0.25, jpegQuality: 0.35 },
  ],
};
const lacks = ["cpu", "usb", "uplink"] as const satisfies Lack[];

/** Shares what the whole farm PC has out to its devices. */
export interface Budget {
  /**
   * Tells about once a second how things are, or that they are exceptional and say nothing. Returns what each device
   * gets; the same object while nothing changes.
   */
  tell(loads: Loads | undefined, nowMs: number): Shares;
}

export function makeBudget(): Budget {
  const levels = lacks.map((lack) => ({ lack, level: makeLoadLevel(ladders[lack].length) }));
  let told = "";
  let shares = fullShares;

  return {
    tell: (loads, nowMs) => {
      const at = levels.map(({ lack, level }) => ({ lack, level: level.tell(loads?.[lack], nowMs) }));
      const text = JSON.stringify(at);
      if (text !== told) {
        told = text;
        shares = { tile: shareOf(at, "tile"), focus: shareOf(at, "focus") };
      }
      return shares;
    },
  };
}

function shareOf(at: { lack: Lack; level: number }[], which: "tile" | "focus"): Shares["tile"] {
  const share = { ...fullShare };
  for (const { lack, level } of at) {
    const step = ladders[lack][level - 1];
    if (step === undefined) continue;
    share.jpegQuality = Math.min(share.jpegQuality, step.jpegQuality ?? 1);
    if (step[which] >= share.rate) continue;
    share.rate = step[which];
    share.lack = lack;
  }
  return share;
}
