import { expect, test } from "vitest";
import { problemCode } from "../../../protocol/device-state.ts";
import { ground, handshakeLimitMs, isStuck, nextRung, waitMsBefore } from "./recovery-ladder.ts";

function climb(rungs: number): [string, number][] {
  const steps: [string, number][] = [];
  for (let rung = nextRung(ground); steps.length < rungs; rung = nextRung(rung)) {
    steps.push([rung.at, waitMsBefore(rung) / 1000]);
  }
  return steps;
}

test("[L1] each failure leads to the next rung, with its wait in seconds", () => {
  expect(climb(13)).toEqual([
    ["reclaim", 0],
    ["usb-reset", 0],
    ["restart", 1],
    ["restart", 2],
    ["restart", 4],
    ["restart", 8],
    ["reboot", 0],
    ["person", 30],
    ["person", 60],
    ["person", 120],
    ["person", 240],
    ["person", 300],
    ["person", 300],
  ]);
});

test("[L1] a phone whose ADB or USB fails climbs; one that waits for a person or a program does not", () => {
  expect(problemCode.options.filter(isStuck)).toEqual(["ADB_TIMEOUT", "ADB_PROTOCOL", "USB_ERROR"]);
});

test("a handshake is given up early only where another try follows at once", () => {
  expect(handshakeLimitMs(ground)).toBe(5000);
  expect(handshakeLimitMs({ at: "reclaim" })).toBe(5000);
  for (const at of ["usb-reset", "reboot"] as const) expect(handshakeLimitMs({ at })).toBe(10_000);
  for (const at of ["restart", "person"] as const) expect(handshakeLimitMs({ at, tries: 1 })).toBe(10_000);
});
