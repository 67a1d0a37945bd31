import { afterEach, expect, test, vi } from "vitest";
import { makeRelayClock } from "./relay-clock.ts";

afterEach(() => void vi.useRealTimers());

test("the relay's time is that of the quickest answer", async () => {
  vi.useFakeTimers();
  const asks: ((answer: unknown) => void)[] = [];
  const clock = makeRelayClock({ ask: (onAnswer) => asks.push(onAnswer), onSilence: () => undefined });
  const relayMs = () => performance.timeOrigin + performance.now() + 5000;
  clock.start();
  await vi.advanceTimersByTimeAsync(400);
  asks.shift()?.({ ok: true, now: relayMs() });
  expect(clock.nowMs() - relayMs()).toBeCloseTo(200);
  await vi.advanceTimersByTimeAsync(200);
  asks.shift()?.({ ok: true, now: relayMs() });
  expect(clock.nowMs() - relayMs()).toBeCloseTo(0);
  await vi.advanceTimersByTimeAsync(1400);
  asks.shift()?.({ ok: true, now: relayMs() });
  expect(clock.nowMs() - relayMs()).toBeCloseTo(0);
  clock.stop();
});

test("a relay that does not answer is told of once, and one that was left is not", async () => {
  vi.useFakeTimers();
  const onSilence = vi.fn<() => void>();
  const clock = makeRelayClock({ ask: () => undefined, onSilence });
  clock.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onSilence).toHaveBeenCalledOnce();
  clock.start();
  clock.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onSilence).toHaveBeenCalledOnce();
});
