import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { demoModels } from "../models.ts";
import { makeDisplay } from "./display.ts";

const [model] = demoModels;
if (model === undefined) throw new Error("no model");
const display = () => makeDisplay(model);

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-23T09:41:00") });
});
afterEach(() => {
  vi.useRealTimers();
});

it("tells of no damage while nothing happens, but for the minute", () => {
  const phone = display();
  const damaged = vi.fn<() => void>();
  phone.onDamage(damaged);
  vi.advanceTimersByTime(59_000);
  expect(damaged).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_050);
  expect(damaged).toHaveBeenCalledTimes(1);
  phone.close();
});

it("tells of a touch, and of its mark growing pale and going", () => {
  const phone = display();
  const damaged = vi.fn<() => void>();
  phone.onDamage(damaged);
  phone.pointer({ action: "down", id: 0, x: 500, y: 1300 });
  phone.pointer({ action: "up", id: 0, x: 500, y: 1300 });
  vi.advanceTimersByTime(50);
  expect(damaged).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2_000);
  expect(damaged).toHaveBeenCalledTimes(3);
  phone.close();
});

it("moves at 60 a second at most, and only while the moving app is in front", () => {
  const phone = display();
  const damaged = vi.fn<() => void>();
  phone.onDamage(damaged);
  phone.launch("com.tabfarm.motion");
  vi.advanceTimersByTime(1_000);
  expect(damaged.mock.calls.length).toBeGreaterThan(50);
  expect(damaged.mock.calls.length).toBeLessThanOrEqual(61);
  phone.launch("com.android.launcher3");
  vi.advanceTimersByTime(100);
  damaged.mockClear();
  vi.advanceTimersByTime(5_000);
  expect(damaged).not.toHaveBeenCalled();
  phone.close();
});

it("tells that it asks for debugging, and that it no longer does", async () => {
  const phone = display();
  const told: boolean[] = [];
  phone.onDamage(() => told.push(phone.isAsking));
  const stop = new AbortController();
  const answer = phone.askDebugging({ fingerprint: "AA:BB", keyName: "farm@pc", signal: stop.signal });
  vi.advanceTimersByTime(50);
  stop.abort();
  expect(await answer).toBe("deny");
  vi.advanceTimersByTime(50);
  expect(told).toEqual([true, false]);
  phone.close();
});

it("runs no timer while nobody watches, nor after it is closed", () => {
  const phone = display();
  phone.launch("com.tabfarm.motion");
  expect(vi.getTimerCount()).toBe(0);
  const stop = phone.onDamage(() => undefined);
  expect(vi.getTimerCount()).toBe(1);
  stop();
  expect(vi.getTimerCount()).toBe(0);
  phone.onDamage(() => undefined);
  phone.close();
  phone.launch("com.tabfarm.notes");
  expect(vi.getTimerCount()).toBe(0);
});
