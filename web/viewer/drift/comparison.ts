import type { PictureWish } from "../../../protocol/viewer.ts";
import { comparedPart, greyHeight, greyOf, greyWidth, isAlike, type SmallGrey } from "./small-grey.ts";

/** Enough to compare, and the least that is asked of a phone. */
const wish: PictureWish = { shortEdge: 144, fps: 1, encoding: "auto" };
/** A follower is a moment behind its master whenever both go somewhere. */
const unlikeLooks = 2;

export interface ComparisonNeeds {
  /** Paints the device's pictures on the canvas until `stop`. */
  paint(deviceId: string, wish: PictureWish, canvas: OffscreenCanvas): { painted(): number; stop(): void };
  makeCanvas(width: number, height: number): OffscreenCanvas;
  /** `unseen` are those whose picture is not here, or cannot be looked at. */
  report(drifted: string[], unseen: string[]): void;
}

/** Looks which of the devices that are driven together no longer show what their master shows. */
export interface Comparison {
  /** Nobody is compared without a master. */
  set(masterId: string | undefined, deviceIds: readonly string[]): void;
  /** To be called about once a second. */
  look(): void;
}

interface Seen {
  canvas: OffscreenCanvas;
  painting: { painted(): number; stop(): void };
  looked: number;
  grey: SmallGrey | undefined;
  unlike: number;
}

export function makeComparison(needs: ComparisonNeeds): Comparison {
  const seen = new Map<string, Seen>();
  let masterId: string | undefined;
  let scratch: OffscreenCanvas | undefined;
  let told = "";

  function read(one: Seen): SmallGrey | undefined {
    const painted = one.painting.painted();
    if (painted === one.looked) return one.grey;
    one.looked = painted;
    scratch ??= needs.makeCanvas(greyWidth, greyHeight);
    const context = scratch.getContext("2d", { willReadFrequently: true });
    if (context === null) return undefined;
    const { width, height } = one.canvas;
    const part = comparedPart(height);
    context.drawImage(one.canvas, 0, part.top, width, part.height, 0, 0, greyWidth, greyHeight);
    one.grey = greyOf(context.getImageData(0, 0, greyWidth, greyHeight).data, width > height);
    return one.grey;
  }

  return {
    set(nextMasterId, deviceIds) {
      masterId = nextMasterId;
      told = "";
      const wanted = new Set(nextMasterId === undefined ? [] : [nextMasterId, ...deviceIds]);
      for (const [deviceId, one] of seen) {
        if (wanted.has(deviceId)) continue;
        one.painting.stop();
        seen.delete(deviceId);
      }
      for (const deviceId of wanted) {
        if (seen.has(deviceId)) continue;
        const canvas = needs.makeCanvas(1, 1);
        const painting = needs.paint(deviceId, wish, canvas);
        seen.set(deviceId, { canvas, painting, looked: 0, grey: undefined, unlike: 0 });
      }
    },
    look() {
      const master = masterId === undefined ? undefined : seen.get(masterId);
      if (master === undefined) return;
      const masterGrey = read(master);
      const drifted: string[] = [];
      const unseen: string[] = [];
      for (const [deviceId, one] of seen) {
        if (one === master) continue;
        const grey = read(one);
        if (grey === undefined || masterGrey === undefined) {
          unseen.push(deviceId);
          continue;
        }
        one.unlike = isAlike(grey, masterGrey) ? 0 : one.unlike + 1;
        if (one.unlike >= unlikeLooks) drifted.push(deviceId);
      }
      const now = JSON.stringify([drifted, unseen]);
      if (now === told) return;
      told = now;
      needs.report(drifted, unseen);
    },
  };
}
