import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import type { FrameShape } from "./pages/jpeg.ts";
import { serveSources, type SourceServer } from "./source-server.ts";

let server: SourceServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await serveSources();
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(server.urlOf("web/e2e/pages/jpeg.html"));
  await page.waitForFunction(() => "differenceOf" in window);
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

const formats = ["I420", "NV12"] as const;
const colorSpaces: VideoColorSpaceInit[] = [
  {},
  { matrix: "bt709", fullRange: false },
  { matrix: "bt709", fullRange: true },
  { matrix: "smpte170m", fullRange: false },
  { matrix: "smpte170m", fullRange: true },
  { matrix: "bt470bg", fullRange: false },
];
const shapes: Omit<FrameShape, "format" | "colorSpace">[] = [
  { width: 216, height: 480 },
  { width: 217, height: 481 },
  { width: 240, height: 480, visibleRect: { x: 16, y: 32, width: 201, height: 333 } },
];

test.each(formats.flatMap((format) => colorSpaces.map((colorSpace) => ({ format, colorSpace }))))(
  "a JPEG of a frame looks as Chromium shows the frame: $format, $colorSpace",
  async (kind) => {
    for (const shape of shapes) {
      const { mean, worst } = await page.evaluate((frame) => window.differenceOf(frame), {
        ...kind,
        ...shape,
      });
      for (const channel of mean) expect(Math.abs(channel)).toBeLessThan(0.5);
      expect(worst).toBeLessThan(12);
    }
  },
);
