import { describe, expect, test } from "vitest";
import { fullShare } from "../budget/share.ts";
import { demandOf, isFocused, type Demand } from "./demand.ts";
import { firstRung, type Rung } from "./encoder-ladder.ts";
import { isMoreThan, planSession, type SessionPlan } from "./session-plan.ts";

const tall = { width: 1080, height: 2400 };
const nothing: Demand = { layers: [], video: undefined, sound: false };
const wall: Demand = { ...nothing, video: { shortEdge: 216, fps: 5 } };
const focus: Demand = { ...nothing, video: { shortEdge: 720, fps: 60 } };

function planOf(demand: Demand, changes: { rate?: number; rung?: Rung; screen?: typeof tall } = {}) {
  const { rate = 1, rung = firstRung, screen = tall } = changes;
  return planSession({ demand, share: { ...fullShare, rate }, screen, rung });
}

describe("[M21] a session is the smallest that serves everybody who watches", () => {
  test("of a wall: 480 pixels of the long edge, 5 a second, half a megabit", () => {
    expect(planOf(wall).video).toEqual({ maxSize: 480, maxFps: 5, bitsPerSecond: 500_000 });
  });

  test("of a focus: as large and as fast as was asked, for 4 to 8 megabits", () => {
    expect(planOf(focus).video).toMatchObject({ maxSize: 1600, maxFps: 60 });
    const large = { ...nothing, video: { shortEdge: 1080, fps: 60 } };
    expect(planOf(large).video).toEqual({ maxSize: 2400, maxFps: 60, bitsPerSecond: 8_000_000 });
    for (const fps of [30, 60]) {
      const { bitsPerSecond = 0 } = planOf({ ...focus, video: { shortEdge: 720, fps } }).video ?? {};
      expect(bitsPerSecond).toBeGreaterThan(4_000_000);
      expect(bitsPerSecond).toBeLessThanOrEqual(8_000_000);
    }
  });

  test("of JPEG layers: the largest one and the quickest one", () => {
    const layers = [
      { quality: "low", fps: 5 },
      { quality: "high", fps: 1 },
    ] as const;
    expect(planOf({ ...nothing, layers }).video).toMatchObject({ maxSize: 1600, maxFps: 5 });
  });

  test("of video and JPEG together: what covers both", () => {
    const both: Demand = { ...focus, layers: [{ quality: "low", fps: 5 }] };
    expect(planOf(both)).toEqual(planOf(focus));
  });

  test("of no picture at all: control alone", () => {
    expect(planOf(nothing)).toEqual({ video: undefined });
  });

  test("never larger than the display, whichever way it was built", () => {
    const screen = { width: 800, height: 480 };
    expect(planOf(focus, { screen }).video?.maxSize).toBe(800);
  });

  test("the same for wishes that are nearly the same", () => {
    const plans = [481, 500, 540].map((shortEdge) =>
      planOf({ ...nothing, video: { shortEdge, fps: shortEdge / 20 } }),
    );
    expect(new Set(plans.map((plan) => JSON.stringify(plan))).size).toBe(1);
  });

  test("and smaller or of another encoder where the phone's own fails, and none where all do", () => {
    const sizes = [1, 0.75, 0.5, 0.35].map((sizeStep) => planOf(focus, { rung: { ...firstRung, sizeStep } }));
    expect(sizes.map(({ video }) => video?.maxSize)).toEqual([1600, 1200, 800, 560]);
    const rung = { ...firstRung, encoder: "c2.android.avc.encoder" };
    expect(planOf(focus, { rung }).video).toMatchObject({ maxSize: 1600, encoder: "c2.android.avc.encoder" });
    expect(planOf(focus, { rung: { kind: "screencap" } })).toEqual({ video: undefined });
  });
});

describe("a share of less than all", () => {
  test("takes pictures a second away, down to a floor that is higher in focus", () => {
    expect(planOf(wall, { rate: 0.4 }).video?.maxFps).toBe(2);
    expect(planOf(wall, { rate: 0.6 }).video?.maxFps).toBe(3);
    expect(planOf({ ...nothing, video: { shortEdge: 216, fps: 2 } }, { rate: 0.6 }).video?.maxFps).toBe(1);
    expect(planOf(wall, { rate: 0.01 }).video?.maxFps).toBe(1);
    expect(planOf(focus, { rate: 0.5 }).video?.maxFps).toBe(30);
    expect(planOf(focus, { rate: 0.01 }).video?.maxFps).toBe(10);
  });

  test("and bits with them", () => {
    const [full, half] = [1, 0.5].map((rate) => planOf(focus, { rate }).video?.bitsPerSecond ?? 0);
    expect(half).toBeLessThan((full ?? 0) * 0.8);
  });
});

test("a session is more than another when it is larger or faster", () => {
  const small: SessionPlan = { video: { maxSize: 536, maxFps: 5, bitsPerSecond: 1 } };
  const noVideo: SessionPlan = { video: undefined };
  expect(isMoreThan({ video: { maxSize: 544, maxFps: 5, bitsPerSecond: 1 } }, small)).toBe(true);
  expect(isMoreThan(small, { video: { maxSize: 536, maxFps: 3, bitsPerSecond: 9 } })).toBe(true);
  expect(isMoreThan(small, small)).toBe(false);
  expect(isMoreThan(small, noVideo)).toBe(true);
  expect(isMoreThan(noVideo, small)).toBe(false);
});

describe("[M20] what is watched", () => {
  const device = { device_id: "", serial_number: "a", quality: "high", fps: 5, encoding: "binary" } as const;
  test("is the layers and the video that the relay names", () => {
    const layers = [{ quality: "low", fps: 2 } as const];
    expect(demandOf({ ...device, layers, video: { short_edge: 720, fps: 60 }, sound: true })).toEqual({
      layers,
      video: { shortEdge: 720, fps: 60 },
      sound: true,
    });
  });
  test("is one layer when the relay knows only the event document", () => {
    expect(demandOf(device)).toEqual({ ...nothing, layers: [{ quality: "high", fps: 5 }] });
  });
  test("is no layer when only video is watched", () => {
    expect(demandOf({ ...device, video: { short_edge: 216, fps: 5 } }).layers).toEqual([]);
  });
  test("is a focus when it is large or fast", () => {
    expect(
      [wall, focus, { ...nothing, layers: [{ quality: "medium", fps: 5 } as const] }].map(isFocused),
    ).toEqual([false, true, false]);
  });
});
