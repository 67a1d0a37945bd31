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
    expect(ready).toEqual({ kind: "ready", sinceMs: 3, identity, problems: [] });
    const busy = nextState(ready, { type: "command-started", commandId: "c1" }, 9);
    expect(busy).toEqual({ kind: "busy", commandId: "c1", sinceMs: 9, identity, problems: [] });
    expect(nextState(busy, { type: "command-ended" }, 10)).toEqual({
      kind: "ready",
      sinceMs: 10,
      identity,
      problems: [],
    });
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
      const lost = nextState(state, { type: "unplugged", code: "UNPLUGGED" }, 7);
      expect(lost).toEqual({ kind: "lost", sinceMs: 7, problem: { code: "UNPLUGGED" } });
      expect(nextState(lost, { type: "plugged" }, 8)).toEqual({ kind: "unclaimed" });
    }
  });

  test("ignores what comes too late", () => {
    const lost = after([{ type: "unplugged", code: "UNPLUGGED" }]);
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
    expect(held).toMatchObject({ kind: "busy", batteryLevel: 80, problems: [{ code: "SCREEN_FAILED" }] });
    expect(nextState(held, { type: "problem-solved", code: "SCREEN_FAILED" }, 9)).toMatchObject({
      problems: [],
    });
    expect(nextState(held, { type: "problem-solved", code: "SLOW" }, 9)).toBe(held);
    expect(nextState(held, { type: "battery-read", level: 80 }, 9)).toBe(held);
  });

  test("has all its problems at once, the worst first, each once", () => {
    const held = after([
      { type: "claim-started" },
      { type: "admitted" },
      { type: "problem-found", problem: { code: "SCREEN_FAILED" } },
      { type: "problem-found", problem: { code: "SLOW", detail: "no answer for 3 s" } },
      { type: "problem-found", problem: { code: "SLOW", detail: "answered after 6.0 s" } },
    ]);
    expect(held).toMatchObject({
      problems: [
        { code: "SLOW", detail: "answered after 6.0 s" },
        { code: "SCREEN_FAILED" },
        { code: "NOT_ANDROID" },
      ],
    });
  });

  test("[L3] does not answer until it does: a new try takes no problem away", () => {
    const failure = { problem: { code: "ADB_TIMEOUT" }, retryAtMs: 5000, rung: "usb-reset" } as const;
    const climbing = after([
      { type: "claim-started" },
      { type: "claim-failed", ...failure },
      { type: "claim-started" },
    ]);
    expect(climbing).toEqual({
      kind: "claiming",
      sinceMs: 3,
      problem: { code: "ADB_TIMEOUT" },
      rung: "usb-reset",
    });
    expect(nextState(climbing, { type: "admitted", identity }, 4)).toEqual({
      kind: "ready",
      sinceMs: 4,
      identity,
      problems: [],
    });
    // A program that holds the phone may have let go of it.
    expect(after([{ type: "claim-failed", ...retry }, { type: "claim-started" }])).toEqual({
      kind: "claiming",
      sinceMs: 2,
    });
  });

  test("[L4] is one of a phone that we sent away, when it leaves because of that", () => {
    expect(after([{ type: "claim-started" }, { type: "unplugged", code: "REBOOTED" }])).toEqual({
      kind: "lost",
      sinceMs: 2,
      problem: { code: "REBOOTED" },
    });
  });
});
