import type { Size } from "../../../protocol/fields.ts";
import type { Share } from "../budget/share.ts";
import type { Rung } from "./encoder-ladder.ts";
import { isFocused, mostAsked, type Demand } from "./demand.ts";
import type { VideoWish } from "./scrcpy-session.ts";
import { scaledTo } from "./screen-shape.ts";

/** What a scrcpy session is for. Without video it is for control alone. */
export interface SessionPlan {
  video: VideoWish | undefined;
}

/**
 * Sizes and rates that sessions have: whoever drags a zoom slider must not start a session for every pixel. Each is at
 * least what was asked for.
 */
const shortEdges = [144, 216, 240, 320, 360, 480, 540, 720, 900, 1080, 1440] as const;
const rates = [1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60] as const;

/** The wall's: 216×480 at 5 a second for half a megabit. */
const wall = { pixels: 216 * 480, fps: 5, bitsPerSecond: 500_000 };
const mostBitsPerSecond = 8_000_000;

/** What is to be shown, and how much of it the farm PC can spare. */
export interface ScreenWish {
  demand: Demand;
  share: Share;
  /** The display is off: a new session would wake it, and the present one shows as much as there is to see. */
  isAsleep?: boolean;
}

export interface PlanNeeds {
  demand: Demand;
  /** What the farm PC can spare for this device. */
  share: Share;
  /** The display as built. */
  screen: Size;
  /** What makes the pictures; no session does where single ones are taken. */
  rung: Rung;
}

/** The smallest session that serves everybody who watches, so that the phone does the scaling. */
export function planSession({ demand, share, screen, rung }: PlanNeeds): SessionPlan {
  const asked = mostAsked(demand);
  if (asked === undefined || rung.kind !== "video") return { video: undefined };
  const shortEdge = atLeast(shortEdges, asked.shortEdge);
  const fps = atLeast(rates, grantedFps(asked.fps, share, isFocused(demand)));
  const step = rung.sizeStep;
  const size = scaledTo(screen, shortEdge);
  const pixels = size.width * size.height * step * step;
  return {
    video: {
      // Rounded up to scrcpy's multiple of 8, so that the short edge comes out at what was asked for and not below it.
      maxSize: Math.ceil((Math.max(size.width, size.height) * step) / 8) * 8,
      maxFps: fps,
      bitsPerSecond: bitsFor(pixels, fps),
      encoder: rung.encoder,
    },
  };
}

/** What is left of a rate, as sessions have it; the floor is what a person can still work with. */
export function grantedFps(fps: number, share: Share, isFocus: boolean): number {
  if (share.rate >= 1) return fps;
  const left = rates.findLast((rate) => rate <= fps * share.rate) ?? 0;
  return Math.min(fps, Math.max(isFocus ? 10 : 1, left));
}

/** Whether one session does anything that the other does not. */
export function isMoreThan(one: SessionPlan, other: SessionPlan): boolean {
  if (one.video === undefined) return false;
  if (other.video === undefined) return true;
  return one.video.maxSize > other.video.maxSize || one.video.maxFps > other.video.maxFps;
}

/** Larger pictures and quicker ones repeat more of what was there, so bits grow slower than either. */
function bitsFor(pixels: number, fps: number): number {
  const bits = wall.bitsPerSecond * (pixels / wall.pixels) ** 0.6 * (fps / wall.fps) ** 0.5;
  return Math.min(mostBitsPerSecond, Math.ceil(bits / 50_000) * 50_000);
}

function atLeast(steps: readonly number[], value: number): number {
  return steps.find((step) => step >= value) ?? value;
}
