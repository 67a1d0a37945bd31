import { describe, expect, test } from "vitest";
import type { DeviceIdentity, DeviceState } from "../../../protocol/device-state.ts";
import { nextState, type DeviceEvent } from "./device-machine.ts";

const identity: DeviceIdentity = {
  manufacturer: "Google",
  model: "Pixel 8",
  androidVersion: "14",
  screen: { width: 1080, height: 2400 },
};
const retry = { problem: { code: "IN_USE" }, retryAtMs: 5000 } as const;

function after(events: DeviceEvent[], start: DeviceState = { kind: "unclaimed" }): DeviceState {
  return events.reduce((state, event, index) => nextState(state, event, index + 1), start);
}

describe("a device's life", () => {
  test("goes from plugged to ready and back through busy", () => {
    expect(after([{ type: "claim-started" }])).toEqual({ kind: "claiming", sinceMs: 1 });
    expect(after([{ type: "claim-started" }, { type: "authorization-asked" }])).toEqual({
      kind: "authorizing",
      sinceMs: 2,
      problem: { code: "AUTH_PENDING" },
    });
    const ready = after([
      { type: "claim-started" },
      { type: "authorization-asked" },
      { type: "admitted", identity },
    ]);
    expect(ready).toEqual({ kind: "ready", sinceMs: 3, identity });
    const busy = nextState(ready, { type: "command-started", commandId: "c1" }, 9);
    expect(busy).toEqual({ kind: "busy", commandId: "c1", sinceMs: 9, identity });
    expect(nextState(busy, { type: "command-ended" }, 10)).toEqual({ kind: "ready", sinceMs: 10, identity });
  });

  test("says why it could not be claimed and when it is tried again", () => {
    expect(after([{ type: "claim-started" }, { type: "claim-failed", ...retry }])).toEqual({
      kind: "unclaimed",
      ...retry,
    });
  });

  test("ends in lost when unplugged, from wherever it was, and starts anew when plugged again", () => {
    const ready = after([{ type: "claim-started" }, { type: "admitted", identity }]);
    for (const state of [{ kind: "unclaimed" } as const, { kind: "claiming", sinceMs: 1 } as const, ready]) {
      const lost = nextState(state, { type: "unplugged" }, 7);
      expect(lost).toEqual({ kind: "lost", sinceMs: 7, problem: { code: "UNPLUGGED" } });
      expect(nextState(lost, { type: "plugged" }, 8)).toEqual({ kind: "unclaimed" });
    }
  });

  test("ignores what comes too late", () => {
    const lost = after([{ type: "unplugged" }]);
    const late: DeviceEvent[] = [
      { type: "admitted", identity },
      { type: "claim-failed", ...retry },
      { type: "authorization-asked" },
      { type: "command-started", commandId: "c1" },
      { type: "command-ended" },
      { type: "battery-read", level: 50 },
      { type: "problem-found", problem: { code: "SCREEN_FAILED" } },
    ];
    for (const event of late) expect(nextState(lost, event, 99)).toBe(lost);
  });

  test("keeps battery and problem while commands run", () => {
    const held = after([
      { type: "claim-started" },
      { type: "admitted", identity },
      { type: "battery-read", level: 80 },
      { type: "problem-found", problem: { code: "SCREEN_FAILED", detail: "no encoder" } },
      { type: "command-started", commandId: "c1" },
    ]);
    expect(held).toMatchObject({ kind: "busy", batteryLevel: 80, problem: { code: "SCREEN_FAILED" } });
    expect(nextState(held, { type: "problem-solved" }, 9)).not.toHaveProperty("problem");
    expect(nextState(held, { type: "battery-read", level: 80 }, 9)).toBe(held);
  });
});
