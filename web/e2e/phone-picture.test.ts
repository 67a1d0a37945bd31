import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoModels } from "../../phone/models.ts";
import { installOffscreenCanvas } from "../../phone/node/offscreen-canvas.ts";
import { makeDisplay } from "../../phone/screen/display.ts";
import { encodeInSoftware } from "../../phone/scrcpy/software-encoder.ts";
import { launchBrowser } from "./browser.ts";

/** What phones in Node send, seen by the decoder that the product shows it with. */

const framesPerSecond = 10;
const [model] = demoModels;
if (model === undefined) throw new Error("no model");

let browser: Browser;
let server: Server;
let page: Page;

beforeAll(async () => {
  installOffscreenCanvas();
  // WebCodecs is only on secure pages, which localhost's are.
  server = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  browser = await launchBrowser();
  page = await browser.newPage();
  // The server's address is a port.
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await browser.close();
  server.close();
});

interface Shown {
  /** How many pictures were out after each that went in. */
  out: number[];
  width: number;
  height: number;
  /** The last picture, RGBA in base64. */
  pixels: string;
}

async function decode(units: { data: string; isKeyFrame: boolean }[]): Promise<Shown> {
  return await page.evaluate(async (units) => {
    let shown: VideoFrame | undefined;
    let count = 0;
    let heard = () => {};
    let failed: (error: DOMException) => void = () => {};
    const decoder = new VideoDecoder({
      output(frame) {
        shown?.close();
        shown = frame;
        count += 1;
        heard();
      },
      error: (error) => failed(error),
    });
    decoder.configure({ codec: "avc1.42E032", optimizeForLatency: true });
    const out: number[] = [];
    for (const [index, { data, isKeyFrame }] of units.entries()) {
      await new Promise<void>((resolve, reject) => {
        heard = resolve;
        failed = reject;
        decoder.decode(
          new EncodedVideoChunk({
            type: isKeyFrame ? "key" : "delta",
            timestamp: index * 1000,
            data: Uint8Array.fromBase64(data),
          }),
        );
      });
      out.push(count);
    }
    if (shown === undefined) throw new Error("nothing shown");
    const { displayWidth: width, displayHeight: height } = shown;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context?.drawImage(shown, 0, 0);
    shown.close();
    decoder.close();
    const pixels = context?.getImageData(0, 0, width, height).data;
    return { out, width, height, pixels: new Uint8Array(pixels?.buffer ?? []).toBase64() };
  }, units);
}

/** Peak signal to noise, in dB. */
function likeness(a: Uint8Array, b: Uint8Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i += 1) if (i % 4 < 3) squares += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return 10 * Math.log10((255 * 255 * a.length * 0.75) / squares);
}

/** How far off a strong colour is, in levels of 255, where it has room: the wrong matrix is off by seven. */
function colorError(shown: Uint8Array, painted: Uint8Array, { width }: { width: number }): number {
  const pixels = new Uint32Array(painted.buffer);
  const around = [-4, 4, -4 * width, 4 * width];
  let sum = 0;
  let count = 0;
  for (const [i, pixel] of pixels.entries()) {
    const [red = 0, green = 0, blue = 0] = painted.subarray(i * 4, i * 4 + 3);
    if (Math.max(red, green, blue) - Math.min(red, green, blue) < 100) continue;
    if (around.some((step) => pixels[i + step] !== pixel)) continue;
    for (const [channel, value] of [red, green, blue].entries()) {
      sum += Math.abs((shown[i * 4 + channel] ?? NaN) - value);
      count += 1;
    }
  }
  return sum / count;
}

test.each([
  { width: 480, height: 1064 },
  { width: 1080, height: 2400 },
  { width: 1280, height: 576 },
])("Chromium shows every picture of $width × $height at once, in its colours", async (size) => {
  const display = makeDisplay(model);
  const encoder = await encodeInSoftware({ size, bitsPerSecond: 8_000_000, framesPerSecond });
  const units = [];
  for (let step = 0; step < 8; step += 1) {
    if (step === 2) display.launch("com.tabfarm.places");
    else display.scroll({ x: 500, y: 1000, dx: 0, dy: -0.2 });
    const request = { timestampUs: (step * 1e6) / framesPerSecond, isKeyFrame: step % 5 === 0 };
    const picture = await encoder.encode(display, request);
    if (picture === undefined) throw new Error("left out");
    units.push({ data: Buffer.from(picture.data).toString("base64"), isKeyFrame: picture.isKeyFrame });
  }
  const context = new OffscreenCanvas(size.width, size.height).getContext("2d", { alpha: false });
  if (context === null) throw new Error("no context");
  display.draw(context, size.width, size.height);
  const painted = context.getImageData(0, 0, size.width, size.height).data;
  display.close();

  const shown = await decode(units);
  expect(shown).toMatchObject({ ...size, out: [1, 2, 3, 4, 5, 6, 7, 8] });
  const pixels = Buffer.from(shown.pixels, "base64");
  const asPainted = new Uint8Array(painted.buffer);
  expect(likeness(pixels, asPainted)).toBeGreaterThan(34);
  expect(colorError(pixels, asPainted, size)).toBeLessThan(4);
});
