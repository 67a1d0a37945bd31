import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ServerEndedError } from "./scrcpy-session.ts";
import { makeScreenRig, wishes } from "./testing/screen-rig.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The same for the same seed. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed * 7919 + 1;
  return (below) => {
    state = (state * 16_807) % 2_147_483_647;
    return state % below;
  };
}

test.each(Array.from({ length: 40 }, (_, seed) => seed))(
  "[M22] whatever viewers want and phones do, one session is left in the end, and none when nobody watches (%i)",
  async (seed) => {
    const random = makeRandom(seed);
    const { screen, sessions, decoders, fail, startAfter } = makeScreenRig();
    const wanted = [...Object.values(wishes), undefined];
    const hold = screen.holdControl({ onClipboard: () => undefined, onFailure: () => undefined });
    const open = () => sessions.filter(({ isClosed }) => !isClosed);
    const doings = [
      () => screen.setWish(wanted[random(wanted.length)]),
      () => screen.refresh(),
      () => open()[random(3)]?.show(random(2) === 0),
      () => open()[random(3)]?.end("killed"),
      () => fail([undefined, new ServerEndedError("no encoder"), new Error("no relay")][random(3)]),
      () => startAfter([0, 0, 50, 3000][random(4)] ?? 0),
      () => hold.send(Uint8Array.of(1), random(2) === 0),
      () => void screen.openControl().catch(() => undefined),
    ];
    for (let step = 0; step < 300; step += 1) {
      doings[random(doings.length)]?.();
      await vi.advanceTimersByTimeAsync([0, 1, 100, 2000, 12_000][random(5)] ?? 0);
      // The shown one, the one that is to take its place, and the one that a finger is down on.
      expect(open().length).toBeLessThanOrEqual(3);
    }
    fail(undefined);
    startAfter(0);
    hold.release();
    screen.setWish(undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    screen.setWish(wishes.focus);
    for (let second = 0; second < 60; second += 1) {
      for (const session of open()) session.show();
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(open()).toHaveLength(1);
    expect(open()[0]?.wish.video).toMatchObject({ maxSize: 1600, maxFps: 60 });
    screen.setWish(undefined);
    await vi.advanceTimersByTimeAsync(6000);
    expect(open()).toEqual([]);
    expect(decoders.open).toBe(0);
    await screen.close();
  },
);
