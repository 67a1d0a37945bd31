import { chromium } from "playwright-core";
import { findBrowser } from "../web/e2e/find-browser.ts";
import { serveSources } from "../web/e2e/source-server.ts";
import { browserUsage } from "./browser-usage.ts";
import { measureInTurns, sum } from "./in-turns.ts";
import { numberOptions } from "./number-options.ts";
import type { JpegFigures, JpegRequest } from "./pages/jpeg-thread.ts";
import { printTable, type Row } from "./table.ts";

/**
 * What a JPEG of a decoded picture costs, in Chromium: our encoder in the same thread and in one of its own, as the product
 * has it, against `drawImage` and `convertToBlob`. CPU is
 * of the whole browser, less what decoding alone takes.
 */
const { pictures, rounds } = numberOptions({ pictures: 60, rounds: 2 });
const sources = [
  { width: 720, height: 1600 },
  { width: 216, height: 480 },
];
const qualities = ["low", "medium", "high"] as const;
const sides = ["decode", "wasm", "thread", "canvas"] as const;

const server = await serveSources();
const args = process.getuid?.() === 0 ? ["--no-sandbox", "--disable-gpu"] : ["--disable-gpu"];
const browser = await chromium.launch({ executablePath: findBrowser(), args });
const page = await browser.newPage();
await page.goto(server.urlOf("bench/pages/jpeg.html"));
await page.waitForFunction(() => "measureJpeg" in window);

declare global {
  interface Window {
    /** Or what went wrong. */
    measureJpeg(request: JpegRequest): Promise<JpegFigures | string>;
  }
}

interface Measured extends JpegFigures {
  cpuMs: number;
}

async function measure(request: JpegRequest): Promise<Measured> {
  const before = await browserUsage(browser);
  const figures = await page.evaluate((asked) => window.measureJpeg(asked), request);
  if (typeof figures === "string") throw new Error(figures);
  const after = await browserUsage(browser);
  return { ...figures, cpuMs: (after.cpuMs - before.cpuMs) / request.pictures };
}

const rows: Row[] = [];
for (const size of sources) {
  for (const quality of qualities) {
    const requests = sides.map((side) => ({ side, size, quality, pictures }));
    const [decode = [], wasm = [], thread = [], canvas = []] = await measureInTurns(
      requests,
      rounds,
      measure,
    );
    const mean = (all: Measured[], pick: (one: Measured) => number): number =>
      sum(all.map(pick)) / all.length;
    const decodeMs = mean(decode, ({ cpuMs }) => cpuMs);
    const wasmMs = mean(wasm, ({ cpuMs }) => cpuMs) - decodeMs;
    const canvasMs = mean(canvas, ({ cpuMs }) => cpuMs) - decodeMs;
    rows.push({
      "": `${size.width}x${size.height} ${quality}`,
      "decode CPU ms": decodeMs,
      "wasm CPU ms": wasmMs,
      "thread CPU ms": mean(thread, ({ cpuMs }) => cpuMs) - decodeMs,
      "thread ms": mean(thread, ({ meanMs }) => meanMs),
      "canvas CPU ms": canvasMs,
      ratio: wasmMs / canvasMs,
      "wasm ms": mean(wasm, ({ meanMs }) => meanMs),
      "canvas ms": mean(canvas, ({ meanMs }) => meanMs),
      "wasm bytes": mean(wasm, ({ bytes }) => bytes),
      "canvas bytes": mean(canvas, ({ bytes }) => bytes),
    });
  }
}
printTable(
  `a JPEG of a decoded picture at quality 65, ${pictures} pictures, ${rounds} rounds in turns`,
  rows,
);
await browser.close();
await server.close();
