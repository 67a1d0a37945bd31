import { readFileSync } from "node:fs";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import type { Size } from "../../../protocol/fields.ts";
import type { PlanesColor } from "./color-gains.ts";
import { makePlanesEncoder, type PlanesEncoder } from "./planes-encoder.ts";
import { paintPlanes, scaledReference, type Paint, type PlanesLayout } from "./testing/pictures.ts";

const module = new WebAssembly.Module(readFileSync(new URL("simd.wasm", import.meta.url)));
const full: PlanesColor = { matrix: "bt601", isFullRange: true };
const limited: PlanesColor = { matrix: "bt601", isFullRange: false };
const tight: PlanesLayout = { color: limited, isInterleaved: false, gap: 0, slack: 0 };

/** Bars, lines and slopes: what a screen has. */
const screen: Paint = (x, y) => [
  255 * x,
  y % 0.25 < 0.04 ? 255 : 60 + 120 * y,
  128 + 90 * Math.sin(x * 9 + y * 14),
];
/** The same without colour, of which a quarter of the samples is all that there is. */
const greyScreen: Paint = (x, y) => {
  const [red] = screen(y, x);
  return [red, red, red];
};
const white: Paint = () => [255, 255, 255];
const black: Paint = () => [0, 0, 0];
/** A generator of its own, so that every run has the same noise. */
function noise(): Paint {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  return () => [next(), next(), next()];
}

interface Made {
  encoder?: PlanesEncoder;
  size: Size;
  layer?: Size;
  paint?: Paint;
  layout?: Partial<PlanesLayout>;
  quality?: number;
}

function jpegOf(made: Made): Uint8Array<ArrayBuffer> {
  const { encoder = makePlanesEncoder(module), size, layer = size, paint = screen, quality = 0.95 } = made;
  const { planes, bytes } = paintPlanes(size, paint, { ...tight, ...made.layout });
  encoder.room(bytes.length).set(bytes);
  const [jpeg] = encoder.encode(planes, [{ size: layer, quality }]);
  if (jpeg === undefined) throw new Error("no JPEG");
  return jpeg;
}

async function pixelsOf(jpeg: Uint8Array): Promise<Size & { pixels: Uint8ClampedArray }> {
  const image = await loadImage(Buffer.from(jpeg));
  const { width, height } = image;
  const context = createCanvas(width, height).getContext("2d");
  context.drawImage(image, 0, 0);
  return { width, height, pixels: context.getImageData(0, 0, width, height).data };
}

/** In dB, against the exact picture scaled exactly. */
async function likeness(made: Made): Promise<number> {
  const { size, layer = size, paint = screen } = made;
  return likenessTo(scaledReference(size, paint, layer), layer, jpegOf(made));
}

async function likenessOfLibjpeg(size: Size, layer: Size, quality: number): Promise<number> {
  const reference = scaledReference(size, screen, layer);
  const canvas = createCanvas(layer.width, layer.height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(layer.width, layer.height);
  for (let at = 0; at < image.data.length; at += 1) {
    image.data[at] = at % 4 === 3 ? 255 : Math.round(reference[(at >> 2) * 3 + (at % 4)] ?? 0);
  }
  context.putImageData(image, 0, 0);
  return likenessTo(reference, layer, canvas.toBuffer("image/jpeg", quality * 100));
}

async function likenessTo(reference: Float64Array, layer: Size, jpeg: Uint8Array): Promise<number> {
  const decoded = await pixelsOf(jpeg);
  expect(decoded).toMatchObject(layer);
  let squares = 0;
  for (const [at, wanted] of reference.entries()) {
    const pixel = Math.floor(at / 3);
    squares += (wanted - (decoded.pixels[pixel * 4 + (at % 3)] ?? 0)) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (squares / reference.length));
}

describe("a JPEG of planes", () => {
  test.each([
    ["a third", { width: 240, height: 533 }],
    ["two thirds", { width: 480, height: 1067 }],
    ["the whole", { width: 720, height: 1600 }],
  ])("is as like the picture, scaled to %s by area, as libjpeg's of the exact one", async (_, layer) => {
    const size = { width: 720, height: 1600 };
    for (const quality of [0.5, 0.65, 0.95]) {
      const theirs = await likenessOfLibjpeg(size, layer, quality);
      expect(await likeness({ size, layer, quality })).toBeGreaterThan(theirs - 1);
    }
  });

  test.each<[string, PlanesColor]>([
    ["JPEG's own", full],
    ["BT.601, limited", limited],
    ["BT.709, limited", { matrix: "bt709", isFullRange: false }],
    ["BT.709, full", { matrix: "bt709", isFullRange: true }],
    ["BT.2020, limited", { matrix: "bt2020", isFullRange: false }],
  ])("has the colours of a picture in %s", async (_, color) => {
    const size = { width: 216, height: 480 };
    expect(await likeness({ size, layout: { color } })).toBeGreaterThan(36);
    for (const [red, green, blue] of [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
      [0, 0, 0],
      [17, 99, 201],
    ] as const) {
      const jpeg = jpegOf({
        size: { width: 16, height: 16 },
        paint: () => [red, green, blue],
        layout: { color },
      });
      const { pixels } = await pixelsOf(jpeg);
      const off = [red, green, blue].map((value, at) => Math.abs(value - (pixels[at] ?? 0)));
      expect(
        Math.max(...off),
        `${red} ${green} ${blue} came out as ${pixels.slice(0, 3).join(" ")}`,
      ).toBeLessThan(4);
    }
  });

  test.each([1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65])(
    "of every size has that size, and the colours up to its edges: %i",
    async (edge) => {
      for (const size of [
        { width: edge, height: 40 },
        { width: 40, height: edge },
        { width: edge, height: edge },
      ]) {
        for (const isInterleaved of [false, true]) {
          const layout = { isInterleaved };
          expect(await likeness({ size, layout, paint: () => [200, 120, 40] })).toBeGreaterThan(40);
          expect(await likeness({ size, layout, paint: (x) => greyScreen(x, 0) })).toBeGreaterThan(30);
        }
      }
    },
  );

  test("may be scaled from any size to any smaller one", async () => {
    for (const from of [5, 16, 23, 90, 217]) {
      for (const to of [1, 2, 5, 16, 22, 89, 216].filter((edge) => edge <= from)) {
        const made = {
          size: { width: from, height: 60 },
          layer: { width: to, height: 30 },
          paint: greyScreen,
        };
        expect(await likeness(made), `${from} to ${to}`).toBeGreaterThan(34);
        const turned = {
          size: { width: 60, height: from },
          layer: { width: 30, height: to },
          paint: greyScreen,
        };
        expect(await likeness(turned), `${from} to ${to}, down`).toBeGreaterThan(34);
      }
    }
  });

  test("is the same wherever the planes lie, and of planes for Cb and Cr or of one for both", () => {
    const made = { size: { width: 101, height: 75 }, layer: { width: 64, height: 47 } };
    const plain = jpegOf(made);
    for (const isInterleaved of [false, true]) {
      for (let gap = 0; gap < 17; gap += 1) {
        expect(jpegOf({ ...made, layout: { isInterleaved, gap, slack: gap * 3 } })).toEqual(plain);
      }
    }
  });

  test("of black, white and noise is what they are", async () => {
    const size = { width: 120, height: 250 };
    expect(await likeness({ size, paint: white })).toBeGreaterThan(50);
    expect(await likeness({ size, paint: black })).toBeGreaterThan(50);
    const checks: Paint = (x, y) =>
      (Math.round(x * 120) + Math.round(y * 250)) % 2 === 0 ? [255, 255, 255] : [0, 0, 0];
    expect(await likeness({ size, paint: checks })).toBeGreaterThan(30);
    // The same noise for the planes and for the reference; half of chroma is not kept.
    const luma = (): Paint => {
      const random = noise();
      return (x, y) => {
        const [grey] = random(x, y);
        return [grey, grey, grey];
      };
    };
    const { planes, bytes } = paintPlanes(size, luma(), tight);
    const encoder = makePlanesEncoder(module);
    encoder.room(bytes.length).set(bytes);
    const [jpeg = new Uint8Array()] = encoder.encode(planes, [{ size, quality: 1 }]);
    const { pixels } = await pixelsOf(jpeg);
    let worst = 0;
    for (let at = 0; at < size.width * size.height; at += 1) {
      const grey = (((bytes[at] ?? 0) - 16) * 255) / 219;
      worst = Math.max(worst, Math.abs(grey - (pixels[at * 4] ?? 0)));
    }
    expect(worst).toBeLessThan(5);
  });

  test("is larger and more alike the better its quality", async () => {
    const size = { width: 216, height: 480 };
    const qualities = [0.1, 0.3, 0.5, 0.65, 0.8, 0.9, 1];
    const bytes = qualities.map((quality) => jpegOf({ size, quality }).length);
    expect(bytes).toEqual(bytes.toSorted((one, other) => one - other));
    const likenesses = [];
    for (const quality of qualities) likenesses.push(await likeness({ size, quality }));
    expect(likenesses).toEqual(likenesses.toSorted((one, other) => one - other));
  });

  test("comes at each layer's size and quality from one reading", async () => {
    const size = { width: 720, height: 1600 };
    const { planes, bytes } = paintPlanes(size, screen, tight);
    const encoder = makePlanesEncoder(module);
    encoder.room(bytes.length).set(bytes);
    const layers = [
      { size: { width: 240, height: 533 }, quality: 0.5 },
      { size: { width: 480, height: 1067 }, quality: 0.8 },
      { size: { width: 240, height: 533 }, quality: 0.9 },
    ];
    const jpegs = encoder.encode(planes, layers);
    for (const [at, layer] of layers.entries()) {
      expect(jpegs[at]).toEqual(jpegOf({ size, layer: layer.size, quality: layer.quality }));
    }
  });

  test("that would be larger than a frame may be has less quality", async () => {
    const size = { width: 1440, height: 1440 };
    const jpeg = jpegOf({ size, paint: noise(), quality: 1 });
    expect(jpeg.length).toBeLessThan(2_000_000);
    expect(await pixelsOf(jpeg)).toMatchObject(size);
  });
});

test("10,000 pictures take no more memory than the largest of them", () => {
  const encoder = makePlanesEncoder(module);
  jpegOf({ encoder, size: { width: 720, height: 1600 }, layer: { width: 240, height: 533 } });
  const bytes = encoder.memoryBytes();
  const { planes, bytes: picture } = paintPlanes({ width: 48, height: 80 }, screen, tight);
  for (let count = 0; count < 10_000; count += 1) {
    encoder.room(picture.length).set(picture);
    const size = { width: 1 + (count % 48), height: 1 + (count % 80) };
    encoder.encode(planes, [{ size, quality: (count % 100) / 100 }]);
  }
  expect(encoder.memoryBytes()).toBe(bytes);
  expect(bytes).toBeLessThan(5_000_000);
});

test("planes that lie outside of their room, and layers larger than the picture, are refused", () => {
  const encoder = makePlanesEncoder(module);
  const { planes, bytes } = paintPlanes({ width: 30, height: 20 }, screen, tight);
  const layer = { size: { width: 10, height: 10 }, quality: 0.5 };
  expect(() => encoder.encode(planes, [layer])).toThrow(/no planes of a picture of 30x20/);
  encoder.room(bytes.length).set(bytes);
  expect(encoder.encode(planes, [layer])).toHaveLength(1);
  expect(() => encoder.encode({ ...planes, width: 0 }, [layer])).toThrow(RangeError);
  expect(() => encoder.encode({ ...planes, luma: { offset: 1, stride: 29 } }, [layer])).toThrow(RangeError);
  expect(() => encoder.encode(planes, [{ size: { width: 31, height: 10 }, quality: 0.5 }])).toThrow(
    /no layer/,
  );
  expect(() => encoder.encode(planes, [{ size: { width: 10, height: 1.5 }, quality: 0.5 }])).toThrow(
    /no layer/,
  );
});
