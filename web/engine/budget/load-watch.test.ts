import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Loads } from "./budget.ts";
import { startLoadWatch } from "./load-watch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const realImmediate = setImmediate;
/** A message that was sent before has come. */
async function messagesCome(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => void realImmediate(resolve));
}

function makeRig() {
  const loads: Loads[] = [];
  const rig = { loads, shut: 0 };
  const watch = startLoadWatch({ takeShutShare: () => rig.shut, onLoads: (each) => void loads.push(each) });
  return Object.assign(rig, { watch, second: () => vi.advanceTimersByTime(1000) });
}

describe("[M27] what there is too little of is measured", () => {
  test("by the bytes that come over USB", () => {
    const { watch, loads, second } = makeRig();
    second();
    expect(loads).toEqual([{ cpu: 0, usb: 0, uplink: 0 }]);
    watch.taken("a", 20_000_000, 0);
    watch.taken("b", 20_000_000, 0);
    second();
    expect(loads.at(-1)?.usb).toBeGreaterThan(1);
    second();
    expect(loads.at(-1)?.usb).toBe(0);
  });

  test("by how late they come, if that is so of most devices and not of single packets", () => {
    const { watch, loads, second } = makeRig();
    for (const device of ["a", "b", "c"]) for (const lateMs of [900, 300]) watch.taken(device, 1, lateMs);
    for (const lateMs of [2000, 1]) watch.taken("d", 1, lateMs);
    watch.taken("waking", 1, 5000);
    second();
    expect(loads.at(-1)?.usb).toBeCloseTo(300 / 250);
    for (const device of ["a", "b", "c"]) for (const lateMs of [900, 2]) watch.taken(device, 1, lateMs);
    for (let count = 0; count < 3; count += 1) watch.taken("d", 1, 2000);
    second();
    expect(loads.at(-1)?.usb).toBeLessThan(0.1);
  });

  test("by how long decoding and encoding wait, and then nothing is said to be late by USB", () => {
    const { watch, loads, second } = makeRig();
    for (const took of [100, 300]) watch.decoded(took);
    watch.encoded(20);
    for (let count = 0; count < 3; count += 1) watch.taken("a", 1, 2000);
    second();
    expect(loads.at(-1)?.cpu).toBeCloseTo(200 / 150);
    expect(loads.at(-1)?.usb).toBeLessThan(0.1);
  });

  test("by how long what comes waits for the thread", async () => {
    const { watch, loads, second } = makeRig();
    vi.advanceTimersByTime(100);
    await messagesCome();
    vi.advanceTimersByTime(900);
    expect(loads.at(-1)?.cpu).toBe(0);
    // What was sent at 200, 300, … 1000 ms comes only now.
    await messagesCome();
    second();
    expect(loads.at(-1)?.cpu).toBeCloseTo(400 / 40);
    watch.stop();
  });

  test("by how long pictures wait for the uplink", () => {
    const rig = makeRig();
    rig.shut = 0.8;
    rig.second();
    expect(rig.loads.at(-1)?.uplink).toBe(2);
  });

  test("and not any longer when it is stopped", () => {
    const { watch, loads, second } = makeRig();
    watch.stop();
    second();
    expect(loads).toEqual([]);
  });
});
