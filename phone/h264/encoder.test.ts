import { h264ParseConfiguration } from "@yume-chan/scrcpy";
import { afterEach, expect, it } from "vitest";
import { chooseLevel } from "../scrcpy/h264-level.ts";
import { type H264Decoder, makeH264Decoder } from "../testing/h264-decoder.ts";
import { makePixels } from "../testing/test-pixels.ts";
import { makeScreenEncoder } from "./encoder.ts";

const framesPerSecond = 10;
const decoders: H264Decoder[] = [];
afterEach(() => {
  for (const decoder of decoders.splice(0)) decoder.close();
});

interface Size {
  width: number;
  height: number;
}

function makeEncoder(size: Size, bitsPerSecond = 8_000_000) {
  const level = chooseLevel(size, framesPerSecond);
  const encoder = makeScreenEncoder({ ...size, level, bitsPerSecond, framesPerSecond });
  let pictures = 0;
  return (pixels: Uint32Array, isKeyFrame = false) => {
    pictures += 1;
    return encoder.encode(pixels, { timestampUs: (pictures * 1e6) / framesPerSecond, isKeyFrame });
  };
}

async function makeDecoder() {
  const decoder = await makeH264Decoder();
  decoders.push(decoder);
  return (units: Uint8Array[]) => units.map((unit) => decoder.decode(unit)).at(-1);
}

const typesOf = (units: Uint8Array[]) => units.map((unit) => (unit[4] ?? 0) & 31);

/** Peak signal to noise of a decoded picture's luma, in dB. */
function likeness(samples: Uint8Array | undefined, pixels: Uint32Array, { width, height }: Size): number {
  const stride = Math.ceil(width / 16) * 16;
  let squares = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const pixel = pixels[y * width + x] ?? 0;
      const light =
        16 +
        (0.2126 * (pixel & 255) + 0.7152 * ((pixel >> 8) & 255) + 0.0722 * ((pixel >> 16) & 255)) *
          (219 / 255);
      squares += (light - (samples?.[y * stride + x] ?? NaN)) ** 2;
    }
  }
  return 10 * Math.log10((255 * 255 * width * height) / squares);
}

it.each([
  { width: 144, height: 320 },
  { width: 216, height: 480 },
  { width: 480, height: 1064 },
  { width: 1280, height: 576 },
  { width: 1080, height: 2400 },
])("a decoder shows every picture of $width × $height at once, and as it was", async (size) => {
  const encode = makeEncoder(size, 30_000_000);
  const decode = await makeDecoder();
  for (let step = 0; step < 4; step += 1) {
    const pixels = makePixels(size, step);
    const picture = decode(encode(pixels, step === 2));
    expect(picture).toMatchObject({ width: Math.ceil(size.width / 16) * 16 });
    expect(likeness(picture?.samples, pixels, size)).toBeGreaterThan(36);
  }
});

it("names size, profile and level in the SPS", () => {
  const size = { width: 1080, height: 2376 };
  const units = makeEncoder(size)(makePixels(size, 0));
  expect(typesOf(units)).toEqual([7, 8, 5]);
  const [sps] = units;
  if (sps === undefined) throw new Error("no SPS");
  expect(h264ParseConfiguration(Uint8Array.from(units.flatMap((unit) => Array.from(unit))))).toMatchObject({
    profileIndex: 66,
    levelIndex: 50,
    encodedWidth: 1088,
    encodedHeight: 2384,
    croppedWidth: 1080,
    croppedHeight: 2376,
  });
});

it("gives a key frame when it is asked for one, and else none", () => {
  const size = { width: 216, height: 480 };
  const encode = makeEncoder(size);
  const kinds = [false, false, true, true, false].map((isKeyFrame, step) =>
    typesOf(encode(makePixels(size, step), isKeyFrame)),
  );
  expect(kinds).toEqual([[7, 8, 5], [1], [7, 8, 5], [7, 8, 5], [1]]);
});

it("spends next to nothing on a screen that stands still", () => {
  const size = { width: 1080, height: 2400 };
  const encode = makeEncoder(size, 30_000_000);
  encode(makePixels(size, 0));
  const [unit] = encode(makePixels(size, 0));
  expect(unit?.length).toBeLessThan(20);
});

it("sharpens a picture that the bit rate made coarse once the screen stands still", async () => {
  const size = { width: 480, height: 1064 };
  const encode = makeEncoder(size, 600_000);
  const decode = await makeDecoder();
  const pixels = makePixels(size, 0);
  const first = likeness(decode(encode(pixels))?.samples, pixels, size);
  let last = first;
  for (let again = 0; again < 10; again += 1) last = likeness(decode(encode(pixels))?.samples, pixels, size);
  expect(last).toBeGreaterThan(first + 3);
});

it.each([500_000, 2_000_000])("keeps to %i bits a second while everything moves", (bitsPerSecond) => {
  const size = { width: 480, height: 1064 };
  const encode = makeEncoder(size, bitsPerSecond);
  const seconds = 6;
  let bits = 0;
  for (let step = 0; step < seconds * framesPerSecond; step += 1) {
    for (const unit of encode(makePixels(size, step * 5))) bits += unit.length * 8;
  }
  // The first second may also spend the one that was saved.
  expect(bits).toBeLessThan(bitsPerSecond * (seconds + 1.5));
  expect(bits).toBeGreaterThan(bitsPerSecond * seconds * 0.5);
});
