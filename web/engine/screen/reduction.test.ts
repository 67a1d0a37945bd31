import { expect, test } from "vitest";
import { fullShare } from "../budget/share.ts";
import type { Demand } from "./demand.ts";
import { firstRung } from "./encoder-ladder.ts";
import { reductionOf } from "./reduction.ts";
import { planSession } from "./session-plan.ts";

const screen = { width: 1080, height: 2400 };
const demand: Demand = { layers: [], video: { shortEdge: 720, fps: 60 }, sound: false };

function reduced(changes: { rate?: number; sizeStep?: number }) {
  const { rate = 1, sizeStep = 1 } = changes;
  const share = rate < 1 ? { ...fullShare, rate, lack: "usb" as const } : fullShare;
  const rung = { ...firstRung, sizeStep } as const;
  const plan = planSession({ demand, share, screen, rung });
  return reductionOf({ demand, share, plan, rung, screen });
}

test("what viewers get less of is told with what there is too little of", () => {
  expect(reduced({})).toBeUndefined();
  expect(reduced({ rate: 0.5 })).toEqual({ fps: 30, lack: "usb" });
  expect(reduced({ sizeStep: 0.5 })).toEqual({ short_edge: 360, lack: "encoder" });
});

test("a share that is smaller than nobody would notice is no reduction", () => {
  const slow: Demand = { ...demand, video: { shortEdge: 216, fps: 1 } };
  const share = { ...fullShare, rate: 0.5, lack: "cpu" as const };
  expect(reductionOf({ demand: slow, share, plan: undefined, rung: firstRung, screen })).toBeUndefined();
});
