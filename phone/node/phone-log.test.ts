import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeModels } from "../models.ts";
import { makeDisplay } from "../screen/display.ts";
import { openPhoneLog } from "./phone-log.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-phone-log-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("each picture that was encoded is a line, and each finger that comes down", async () => {
  const path = join(folder, "phones.jsonl");
  const log = openPhoneLog(path);
  const [model] = makeModels(1);
  if (model === undefined) throw new Error("no model");
  const display = makeDisplay(model);
  log.watch(display);
  const open = log.encoder(async () => ({
    // The second picture is left out.
    encode: async (_display, { timestampUs, isKeyFrame }) =>
      timestampUs === 8 ? undefined : { data: new Uint8Array(), isKeyFrame },
    close: () => undefined,
  }));
  const encoder = await open({ size: display.size, bitsPerSecond: 1, framesPerSecond: 1 });
  for (const timestampUs of [7, 8]) await encoder.encode(display, { timestampUs, isKeyFrame: true });
  for (const action of ["down", "move", "up"] as const) display.pointer({ action, id: 0, x: 100, y: 900 });
  display.close();

  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { kind: "picture", timestampUs: 7, beganMs: expect.any(Number), tookMs: expect.any(Number) },
    { kind: "touch", feltMs: expect.any(Number) },
  ]);
});
