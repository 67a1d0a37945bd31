import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ServerEndedError } from "./scrcpy-session.ts";
import { makeScreenRig as makeRig, wishes } from "./testing/screen-rig.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const { low, high } = wishes;

describe("a screen", () => {
  test("[S1] runs a session while somebody watches and keeps it warm for a while after", async () => {
    const { screen, sessions } = makeRig();
    await vi.advanceTimersByTimeAsync(100);
    expect(sessions).toHaveLength(0);
    screen.setWish(low);
    await vi.advanceTimersByTimeAsync(0);
    sessions[0]?.show();
    expect(sessions[0]?.wish.video).toMatchObject({ maxSize: 536, maxFps: 5 });
    screen.setWish(undefined);
    await vi.advanceTimersByTimeAsync(4000);
    screen.setWish(low);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]?.isClosed).toBe(false);
    screen.setWish(undefined);
    await vi.advanceTimersByTimeAsync(5100);
    expect(sessions[0]?.isClosed).toBe(true);
  });

  test("replaces a session that is too small at once, and one that is too large after a while", async () => {
    const { screen, sessions } = makeRig();
    screen.setWish(low);
    await vi.advanceTimersByTimeAsync(0);
    sessions[0]?.show();
    screen.setWish(high);
    await vi.advanceTimersByTimeAsync(0);
    sessions[1]?.show();
    await vi.advanceTimersByTimeAsync(0);
    expect(sessions.map((each) => each.wish.video?.maxSize)).toEqual([536, 1600]);
    expect(sessions[0]?.isClosed).toBe(true);
    screen.setWish(low);
    await vi.advanceTimersByTimeAsync(9000);
    expect(sessions).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(2000);
    sessions[2]?.show();
    await vi.advanceTimersByTimeAsync(0);
    expect(sessions.map((each) => each.wish.video?.maxSize)).toEqual([536, 1600, 536]);
    expect(sessions[1]?.isClosed).toBe(true);
  });

  test("starts again, says what is wrong, and tries smaller pictures", async () => {
    const { screen, sessions, problems, fail } = makeRig();
    fail(new ServerEndedError("the encoder failed"));
    screen.setWish(high);
    await vi.advanceTimersByTimeAsync(400);
    expect(problems).toEqual(["the encoder failed"]);
    await vi.advanceTimersByTimeAsync(200);
    expect(problems).toHaveLength(2);
    fail(undefined);
    await vi.advanceTimersByTimeAsync(500);
    expect(sessions[0]?.wish.video?.maxSize).toBe(800);
    sessions[0]?.show();
    expect(problems.at(-1)).toBeUndefined();
  });

  test("starts again when the session dies while it is watched, and not when nobody does", async () => {
    const { screen, sessions, problems } = makeRig();
    screen.setWish(low);
    await vi.advanceTimersByTimeAsync(0);
    sessions[0]?.show();
    sessions[0]?.end("the phone went to sleep");
    await vi.advanceTimersByTimeAsync(600);
    expect(problems).toContain("the phone went to sleep");
    // It had shown a picture, so its size is not to blame.
    expect(sessions[1]?.wish.video?.maxSize).toBe(536);
    screen.setWish(undefined);
    sessions[1]?.end("gone");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sessions).toHaveLength(2);
  });

  test("blames the size only for what a size can do, and tries the whole one again when somebody new watches", async () => {
    const { screen, sessions, attempts, fail } = makeRig();
    fail(new Error("the relay does not answer"));
    screen.setWish(low);
    await vi.advanceTimersByTimeAsync(20_000);
    // After 0, 0.5, 1, 2, 4 and 8 s more.
    expect(attempts()).toBe(6);
    fail(new ServerEndedError("the encoder failed"));
    while (attempts() === 6) await vi.advanceTimersByTimeAsync(100);
    fail(undefined);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sessions[0]?.wish.video?.maxSize).toBe(400);
    screen.setWish(undefined);
    await vi.advanceTimersByTimeAsync(6000);
    screen.setWish(low);
    await vi.advanceTimersByTimeAsync(0);
    expect(sessions.at(-1)?.wish.video?.maxSize).toBe(536);
  });

  test("waits longer and longer for a session that dies each time as soon as it has shown something", async () => {
    const { screen, sessions } = makeRig();
    screen.setWish(low);
    for (let passedMs = 0; passedMs < 300_000; passedMs += 100) {
      await vi.advanceTimersByTimeAsync(100);
      sessions.at(-1)?.show();
      sessions.at(-1)?.end("killed");
    }
    expect(sessions.length).toBeGreaterThan(10);
    // 0.5 + 1 + 2 + 4 + 8 + 16 s, then every 30 s.
    expect(sessions.length).toBeLessThan(20);
  });

  test("serves who waited for a session however long its start took", async () => {
    const { screen, sessions, startAfter } = makeRig();
    startAfter(9000);
    const opened = vi.fn<() => void>();
    void screen.openControl().then(opened);
    await vi.advanceTimersByTimeAsync(9100);
    expect(opened).toHaveBeenCalledTimes(1);
    expect(sessions[0]?.isClosed).toBe(false);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sessions[0]?.isClosed).toBe(true);
  });

  test("gives up on a session that shows nothing for ten seconds", async () => {
    const { screen, sessions, problems } = makeRig();
    screen.setWish(low);
    await vi.advanceTimersByTimeAsync(10_100);
    expect(sessions[0]?.isClosed).toBe(true);
    expect(problems.at(-1)).toContain("no picture");
    await vi.advanceTimersByTimeAsync(600);
    expect(sessions[1]?.wish.video?.maxSize).toBe(400);
  });

  test("starts a control-only session for who types, and ends it when it is not used", async () => {
    const { screen, sessions } = makeRig();
    const live = await screen.openControl();
    expect(live.picture).toBeUndefined();
    expect(sessions[0]?.wish.video).toBeUndefined();
    await vi.advanceTimersByTimeAsync(4000);
    await screen.openControl();
    expect(sessions).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(sessions[0]?.isClosed).toBe(true);
  });

  test("keeps a session up for as long as control is held, and tells what is copied on the device", async () => {
    const { screen, sessions } = makeRig();
    const onClipboard = vi.fn<(text: string) => void>();
    const hold = screen.holdControl({ onClipboard, onFailure: () => undefined });
    expect(hold.place()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sessions).toHaveLength(1);
    const display = { width: 1080, height: 2400 };
    expect(hold.place()).toEqual({ video: display, screen: display });
    hold.send(Uint8Array.of(17), false);
    expect(sessions[0]?.sent).toEqual([Uint8Array.of(17)]);
    sessions[0]?.wish.onClipboard?.("copied");
    expect(onClipboard).toHaveBeenCalledExactlyOnceWith("copied");
    hold.release();
    await vi.advanceTimersByTimeAsync(6000);
    expect(sessions[0]?.isClosed).toBe(true);
  });

  test("knows the size of the video that touches are measured in", async () => {
    const { screen, sessions } = makeRig();
    screen.setWish(low);
    await vi.advanceTimersByTimeAsync(0);
    expect(screen.liveControl()?.picture).toBeUndefined();
    sessions[0]?.show();
    expect(screen.liveControl()?.picture).toEqual({
      video: { width: 240, height: 536 },
      screen: { width: 1080, height: 2400 },
    });
  });

  test("lets go of everything when its device is gone", async () => {
    const { screen, sessions } = makeRig();
    screen.setWish(low);
    await vi.advanceTimersByTimeAsync(0);
    await screen.close();
    expect(sessions[0]?.isClosed).toBe(true);
    await expect(screen.openControl()).rejects.toThrow("gone");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sessions).toHaveLength(1);
  });
});
