import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeUplinkWindow } from "./uplink-window.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const kilobyte = 1024;

/** An uplink of so many bytes a second, `roundTripMs` long, that is given pictures of 16 kB whenever it is free. */
function drive(bytesPerSecond: number, roundTripMs: number, seconds: number, wantedPerMs = 8 * kilobyte) {
  let unreceived = 0;
  const window = makeUplinkWindow(() => unreceived);
  const onWay: { bytes: number; receivedMs: number }[] = [];
  let linkFreeMs = 0;
  let untold = 0;
  let received = 0;
  let ageMs = 0;
  let wanted = 0;
  for (let nowMs = 0; nowMs < seconds * 1000; nowMs += 1) {
    wanted = Math.min(wanted + wantedPerMs, 64 * kilobyte);
    while (wanted >= 16 * kilobyte && window.isFree(false)) {
      const bytes = 16 * kilobyte;
      wanted -= bytes;
      unreceived += bytes;
      window.sent(bytes);
      linkFreeMs = Math.max(linkFreeMs, nowMs) + (bytes / bytesPerSecond) * 1000;
      onWay.push({ bytes, receivedMs: linkFreeMs + roundTripMs });
      ageMs = linkFreeMs - nowMs;
    }
    vi.advanceTimersByTime(1);
    while (onWay[0] !== undefined && onWay[0].receivedMs <= nowMs) {
      const { bytes } = onWay.shift() ?? { bytes: 0 };
      untold += bytes;
      received += bytes;
    }
    if (untold >= 64 * kilobyte) {
      unreceived -= untold;
      untold = 0;
      window.onReceipt();
    }
  }
  return { perSecond: received / seconds, ageMs, shut: window.takeShutShare() };
}

describe("[M28] what is under way to the relay", () => {
  test("fills a long way, so that distance costs no pictures", () => {
    expect(drive(6e6, 100, 10).perSecond).toBeGreaterThan(5e6);
  });

  test("is never older than a moment on a slow one", () => {
    const { perSecond, ageMs } = drive(1.5e6, 20, 10);
    expect(perSecond).toBeGreaterThan(1.3e6);
    expect(ageMs).toBeLessThan(350);
  });

  test("leaves room for what is in focus while tiles wait", () => {
    let unreceived = 150 * kilobyte;
    const window = makeUplinkWindow(() => unreceived);
    expect([window.isFree(false), window.isFree(true)]).toEqual([false, true]);
    unreceived = 200 * kilobyte;
    expect(window.isFree(true)).toBe(false);
  });
});

test("for what share of the time the uplink was too narrow is known", () => {
  expect(drive(1.5e6, 20, 10).shut).toBeGreaterThan(0.5);
  expect(drive(6e6, 20, 10, 100).shut).toBe(0);
});
