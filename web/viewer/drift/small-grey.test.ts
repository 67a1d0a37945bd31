import { describe, expect, test } from "vitest";
import { comparedPart, greyHeight, greyOf, greyWidth, isAlike, type SmallGrey } from "./small-grey.ts";

/** A screen drawn by a function of the cell's place. */
function screen(brightness: (x: number, y: number) => number, isWide = false): SmallGrey {
  const cells = Float32Array.from({ length: greyWidth * greyHeight }, (_, at) =>
    brightness(at % greyWidth, Math.floor(at / greyWidth)),
  );
  return { isWide, cells };
}

/** Noise that is the same each time. */
const noise = (x: number, y: number): number => ((x * 7919 + y * 104_729) % 17) - 8;
const list = (x: number, y: number): number => (x < 4 && y % 4 < 2 ? 60 : y % 4 === 3 ? 200 : 235);
const dialog = (x: number, y: number): number => (x > 2 && x < 13 && y > 10 && y < 20 ? 240 : 40);

describe("[K31] two phones", () => {
  test("are alike when they show the same, on other displays and in a little other light", () => {
    const other = screen((x, y) => 0.85 * list(x, y) + 20 + noise(x, y));
    expect(isAlike(screen(list), other)).toBe(true);
  });

  test("are alike although a badge or a few words differ", () => {
    const other = screen((x, y) => (x < 5 && y < 2 ? 30 : list(x, y)));
    expect(isAlike(screen(list), other)).toBe(true);
  });

  test("are not when one is in another app, has a dialog, or is turned", () => {
    const home = screen((x, y) => 80 + 5 * y + (y > 22 && x % 4 < 2 ? 60 : 0));
    expect(isAlike(screen(list), home)).toBe(false);
    expect(isAlike(screen(list), screen(dialog))).toBe(false);
    expect(isAlike(screen(list), screen(list, true))).toBe(false);
  });

  test("with nearly empty pages are alike in another theme, and with the title a little lower", () => {
    const page = screen((x, y) => (y > 2 ? 230 : x > 12 && y === 1 ? 110 : 247));
    const other = screen((x, y) => (y > 3 ? 234 : x > 11 && y === 2 ? 90 : 247));
    expect(isAlike(page, other)).toBe(true);
  });

  test("that show one colour are alike when it is about the same", () => {
    expect(
      isAlike(
        screen(() => 0),
        screen(noise),
      ),
    ).toBe(true);
    expect(
      isAlike(
        screen(() => 0),
        screen(() => 250),
      ),
    ).toBe(false);
    expect(
      isAlike(
        screen(() => 0),
        screen(list),
      ),
    ).toBe(false);
  });
});

test("[K31] the clock, the battery and the navigation bar are not compared", () => {
  expect(comparedPart(1000)).toEqual({ top: 60, height: 890 });
});

test("brightness is that of the eye", () => {
  const { cells } = greyOf(Uint8ClampedArray.of(255, 255, 255, 255, 0, 255, 0, 255), false);
  expect([...cells].map(Math.round)).toEqual([255, 150]);
});
