import { beforeEach, describe, expect, test } from "vitest";
import { makeComparison, type Comparison } from "./comparison.ts";
import { greyHeight, greyWidth } from "./small-grey.ts";

/** A device's picture is a number here; equal numbers are equal pictures. */
let pictures: Map<string, { picture: number; painted: number; isWatched: boolean }>;
let reports: { drifted: string[]; unseen: string[] }[] = [];
let comparison: Comparison;

class FakeCanvas {
  picture = 0;
  width = 144;
  height = 320;
  getContext() {
    return {
      drawImage: (from: FakeCanvas) => (this.picture = from.picture),
      getImageData: () => ({
        data: Uint8ClampedArray.from({ length: greyWidth * greyHeight * 4 }, (_, at) =>
          Math.floor(at / 4) % (this.picture + 2) === 0 ? 255 : 0,
        ),
      }),
    };
  }
}

beforeEach(() => {
  pictures = new Map();
  reports = [];
  comparison = makeComparison({
    paint(deviceId, _wish, canvas) {
      const state = { picture: 0, painted: 0, isWatched: true };
      pictures.set(deviceId, state);
      return {
        painted() {
          Object.assign(canvas, { picture: state.picture });
          return state.painted;
        },
        stop: () => (state.isWatched = false),
      };
    },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    makeCanvas: () => new FakeCanvas() as unknown as OffscreenCanvas,
    report: (drifted, unseen) => void reports.push({ drifted, unseen }),
  });
  comparison.set("master", ["a", "b"]);
});

function show(deviceId: string, picture: number): void {
  const state = pictures.get(deviceId);
  if (state !== undefined) Object.assign(state, { picture, painted: state.painted + 1 });
}

describe("[K31] of those driven together", () => {
  test("one that shows something else for two looks has drifted, and is back at once", () => {
    for (const id of ["master", "a", "b"]) show(id, 1);
    comparison.look();
    expect(reports).toEqual([{ drifted: [], unseen: [] }]);
    show("b", 5);
    comparison.look();
    expect(reports).toHaveLength(1);
    comparison.look();
    expect(reports[1]).toEqual({ drifted: ["b"], unseen: [] });
    show("master", 5);
    show("a", 5);
    comparison.look();
    expect(reports[2]).toEqual({ drifted: [], unseen: [] });
  });

  test("one whose picture is not here is said, and is no drift", () => {
    show("master", 1);
    show("a", 1);
    comparison.look();
    expect(reports).toEqual([{ drifted: [], unseen: ["b"] }]);
  });

  test("nobody is watched who is not among them any more", () => {
    comparison.set("a", ["c"]);
    expect([...pictures].filter(([, { isWatched }]) => isWatched).map(([id]) => id)).toEqual(["a", "c"]);
    comparison.set(undefined, []);
    expect([...pictures.values()].some(({ isWatched }) => isWatched)).toBe(false);
    comparison.look();
    expect(reports).toEqual([]);
  });
});
