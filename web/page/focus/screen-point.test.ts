import { describe, expect, test } from "vitest";
import { displaySizeOf } from "../frame/display-size.ts";
import { isOnPicture, pictureBox, screenPoint } from "./screen-point.ts";

describe("a pointer becomes the display's pixel", () => {
  test("portrait: a 240x520 picture of a 1080x2340 display, shown 360 by 780 at (100, 50)", () => {
    const box = { left: 100, top: 50, width: 360, height: 780 };
    const at = (x: number, y: number) =>
      screenPoint({ x, y }, box, { width: 240, height: 520 }, { width: 1080, height: 2340 });
    expect(at(100, 50)).toEqual({ x: 0, y: 0 });
    expect(at(280, 440)).toEqual({ x: 540, y: 1170 });
    expect(at(459.9, 829.9)).toEqual({ x: 1079, y: 2339 });
  });

  test("landscape: the display's size is the turned one", () => {
    const box = { left: 0, top: 0, width: 780, height: 360 };
    const at = (x: number, y: number) =>
      screenPoint({ x, y }, box, { width: 520, height: 240 }, { width: 2340, height: 1080 });
    expect(at(390, 180)).toEqual({ x: 1170, y: 540 });
    expect(at(0, 359)).toEqual({ x: 0, y: 1077 });
  });

  test("letterbox: a portrait picture in a square box has bars at its sides", () => {
    const box = { left: 10, top: 20, width: 400, height: 400 };
    const picture = { width: 240, height: 480 };
    expect(pictureBox(box, picture)).toEqual({ left: 110, top: 20, width: 200, height: 400 });
    const screen = { width: 1080, height: 2160 };
    expect(screenPoint({ x: 110, y: 20 }, box, picture, screen)).toEqual({ x: 0, y: 0 });
    expect(screenPoint({ x: 210, y: 220 }, box, picture, screen)).toEqual({ x: 540, y: 1080 });
    expect(isOnPicture({ x: 109, y: 200 }, box, picture)).toBe(false);
    expect(isOnPicture({ x: 110, y: 200 }, box, picture)).toBe(true);
    expect(isOnPicture({ x: 310, y: 200 }, box, picture)).toBe(false);
  });

  test("letterbox: a landscape picture in a portrait box has bars above and below", () => {
    const box = { left: 0, top: 0, width: 300, height: 600 };
    const picture = { width: 600, height: 300 };
    expect(pictureBox(box, picture)).toEqual({ left: 0, top: 225, width: 300, height: 150 });
    expect(screenPoint({ x: 150, y: 300 }, box, picture, { width: 2400, height: 1200 })).toEqual({
      x: 1200,
      y: 600,
    });
  });

  test("a drag that ends outside stays on the display", () => {
    const box = { left: 0, top: 0, width: 100, height: 200 };
    const picture = { width: 240, height: 480 };
    const screen = { width: 1080, height: 2160 };
    expect(screenPoint({ x: -40, y: 900 }, box, picture, screen)).toEqual({ x: 0, y: 2159 });
  });
});

describe("the display's size", () => {
  const built = { width: 1080, height: 2400 };
  test("is what the frame says", () => {
    const frame = { width: 533, height: 240, screen: { width: 2400, height: 1080 } };
    expect(displaySizeOf(frame, built)).toEqual({ width: 2400, height: 1080 });
  });
  test("else the built size, turned like the picture", () => {
    expect(displaySizeOf({ width: 533, height: 240 }, built)).toEqual({ width: 2400, height: 1080 });
    expect(displaySizeOf({ width: 240, height: 533 }, built)).toEqual({ width: 1080, height: 2400 });
  });
  test("else the picture's", () => {
    expect(displaySizeOf({ width: 240, height: 533 }, undefined)).toEqual({ width: 240, height: 533 });
  });
});
