import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DeviceLink } from "../device/device-link.ts";
import { answerOf } from "../device/testing/fake-link.ts";
import type { DisplayState } from "./display-state.ts";
import { watchDisplay } from "./display-watch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch(answerMs = 0) {
  const phone = { wakefulness: "Awake", answerMs, isHung: false };
  const askedAtMs: number[] = [];
  const told: DisplayState["display"][] = [];
  const stop = new AbortController();
  const link: Pick<DeviceLink, "shell"> = {
    shell: async () => {
      askedAtMs.push(performance.now() - startMs);
      if (phone.answerMs > 0) await new Promise((resolve) => setTimeout(resolve, phone.answerMs));
      if (phone.isHung) throw new Error("no answer");
      return answerOf(`  mWakefulness=${phone.wakefulness}\n`);
    },
  };
  const startMs = performance.now();
  const onChange = ({ display }: DisplayState) => void told.push(display);
  const watched = watchDisplay({ link, onChange, signal: stop.signal });
  return { phone, askedAtMs, told, stop, poke: () => watched.poke() };
}

test("[M30] a phone is asked ever more seldom, down to every 15 s, while nothing changes", async () => {
  const { askedAtMs, told } = watch();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(askedAtMs).toEqual([0, 2000, 6000, 14_000, 29_000, 44_000, 59_000]);
  expect(told).toEqual(["on"]);
});

test("[M30] a change is told once, and looked after more often from then on", async () => {
  const { phone, askedAtMs, told } = watch();
  await vi.advanceTimersByTimeAsync(30_000);
  phone.wakefulness = "Asleep";
  await vi.advanceTimersByTimeAsync(20_000);
  expect(told).toEqual(["on", "off"]);
  expect(askedAtMs.slice(5)).toEqual([44_000, 46_000, 50_000]);
});

test("[M30] a hint that something happened is followed soon, and many hints cost no more than one each 2 s", async () => {
  const { phone, askedAtMs, told, poke } = watch();
  await vi.advanceTimersByTimeAsync(20_000);
  phone.wakefulness = "Asleep";
  poke();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(["on", "off"]);
  askedAtMs.length = 0;
  for (let at = 0; at < 40; at += 1) {
    poke();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(askedAtMs.length).toBeLessThanOrEqual(2);
});

test("[M30] a phone that takes its time is asked for a twentieth of its time at most", async () => {
  const { askedAtMs } = watch(1000);
  await vi.advanceTimersByTimeAsync(85_000);
  expect(askedAtMs.length).toBeLessThanOrEqual(5);
});

test("[M30] a phone that does not answer keeps its state, and nothing is asked after the end", async () => {
  const { phone, askedAtMs, told, stop } = watch();
  await vi.advanceTimersByTimeAsync(1000);
  phone.isHung = true;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(told).toEqual(["on"]);
  stop.abort();
  askedAtMs.length = 0;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(askedAtMs).toEqual([]);
});
