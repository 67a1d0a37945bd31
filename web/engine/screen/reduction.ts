import type { Size } from "../../../protocol/fields.ts";
import type { StreamStatus } from "../../../protocol/stream.ts";
import type { Share } from "../budget/share.ts";
import type { Rung } from "./encoder-ladder.ts";
import { isFocused, mostAsked, type Demand } from "./demand.ts";
import { scaledTo } from "./screen-shape.ts";
import { grantedFps, type SessionPlan } from "./session-plan.ts";

export interface ReductionNeeds {
  demand: Demand;
  share: Share;
  /** Of the session that is shown. */
  plan: SessionPlan | undefined;
  rung: Rung;
  screen: Size;
}

/** What viewers get less of than they asked for, and why. */
export function reductionOf(needs: ReductionNeeds): StreamStatus["reduced"] {
  const { demand, share, plan, rung, screen } = needs;
  const asked = mostAsked(demand);
  if (asked === undefined) return undefined;
  const fps = grantedFps(asked.fps, share, isFocused(demand));
  if (share.lack !== undefined && fps < asked.fps) return { fps: Math.max(1, fps), lack: share.lack };
  const isSmaller = rung.kind === "video" && rung.sizeStep < 1;
  if (!isSmaller || plan?.video === undefined) return undefined;
  const { width, height } = scaledTo(screen, asked.shortEdge);
  const shortEdge = Math.round((Math.min(width, height) * plan.video.maxSize) / Math.max(width, height));
  return { short_edge: Math.max(120, shortEdge), lack: "encoder" };
}
