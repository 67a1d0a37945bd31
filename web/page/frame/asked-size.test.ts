import { expect, test } from "vitest";
import { askedShortEdge } from "./asked-size.ts";

test("[V3] what is shown is asked for in steps, a little less than a step being enough", () => {
  expect([100, 150, 160, 170, 238, 239, 500, 1190, 2400].map((px) => askedShortEdge(px))).toEqual([
    144, 144, 144, 216, 216, 216, 540, 1080, 1080,
  ]);
});

test("[V3] a picture grows with what is shown at once, and shrinks only when much less is enough", () => {
  const asked: number[] = [];
  let now: number | undefined;
  for (const px of [150, 170, 150, 120, 100, 170]) asked.push((now = askedShortEdge(px, now)));
  expect(asked).toEqual([144, 216, 216, 216, 144, 216]);
});
