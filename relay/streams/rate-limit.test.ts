import { describe, expect, test } from "vitest";
import { makeManualClock } from "../testing/manual-clock.ts";
import { makeMemoryWires } from "../memory/memory-wires.ts";
import { succeed } from "../../protocol/fault.ts";
import { noMetrics } from "../testing/no-metrics.ts";
import { deviceA } from "../testing/test-farm.ts";
import type { Wire } from "../wire.ts";
import { pictureOfFrame } from "./picture.ts";
import { makePictureSlot } from "./picture-slot.ts";
import { makeViewer } from "./viewer.ts";

/** Offers a frame after each of `gapsMs` to a viewer that asked for `fps`; tells how old each was that it got. */
async function agesOf(fps: number, gapsMs: number[]): Promise<number[]> {
  const clock = makeManualClock();
  const wires = makeMemoryWires();
  let wire: Wire | undefined;
  wires.open({
    admit: async () => succeed({ kind: "dashboard", actor: "tester", role: "admin" }),
    connect: (connected) => (wire = connected),
  });
  const connected = await wires.connect("/stream", {});
  if (wire === undefined || !connected.ok) throw new Error("was not let in");
  const ages: number[] = [];
  connected.value.onEvent((_, frame) => {
    if (typeof frame === "object" && frame !== null && "timestamp" in frame) {
      ages.push(clock.now() - Number(frame.timestamp));
    }
  });
  const viewer = makeViewer(wire, clock, noMetrics);
  const watch = { quality: "low", fps, encoding: "binary", sound: false } as const;
  const tally = { startedAtMs: 0, frames: 0, bytes: 0 };
  const slot = makePictureSlot(viewer, watch, "binary", tally, { clock, metrics: noMetrics });
  for (const gapMs of gapsMs) {
    clock.advance(gapMs);
    const fields = { device_id: deviceA, timestamp: clock.now(), width: 1, height: 1 };
    const picture = pictureOfFrame({ ...fields, frame: new Uint8Array(9) }, clock.now());
    if (slot.isReady(clock.now())) {
      wire.emit("stream:frame", picture.asFrame("binary"));
      slot.sent(9, clock.now());
    } else slot.hold(picture);
    // Receipts of the memory wire are promises; each frame's is given before the next one comes.
    await Promise.resolve();
  }
  clock.advance(10_000);
  return ages;
}

function evenly(gapMs: number, count: number): number[] {
  return Array.from({ length: count }, () => gapMs);
}

describe("[S3] the rate of a viewer", () => {
  test.each([1, 2, 3, 5])("delays and drops nothing of a sender that keeps to %i a second", async (fps) => {
    expect(await agesOf(fps, evenly(1000 / fps, 100))).toEqual(evenly(0, 100));
  });

  test.each([
    ["a little too fast", 5, 190],
    ["much too fast", 5, 40],
    ["paced for a faster viewer", 2, 200],
    ["paced for a much faster viewer", 1, 200],
  ])("is kept without delays when the sender is %s", async (_, fps, gapMs) => {
    const count = 60_000 / gapMs;
    const ages = await agesOf(fps, evenly(gapMs, Math.floor(count)));
    // The very last may wait for a successor that never comes.
    expect(Math.max(...ages.slice(0, -1))).toBe(0);
    expect(ages.length).toBeLessThanOrEqual(60 * fps + 2);
    expect(ages.length).toBeGreaterThanOrEqual(60 * fps * 0.9);
  });

  test("lets the newest frame through when no other follows", async () => {
    expect(await agesOf(1, [0, 10, 10])).toEqual([0, 1250]);
  });
});
