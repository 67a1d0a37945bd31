import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fullShare } from "../budget/share.ts";
import type { VideoUnit } from "./mirror.ts";
import { ServerEndedError } from "./scrcpy-session.ts";
import { makeScreenRig as makeRig, wishes } from "./testing/screen-rig.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const { wall, focus, video, videoAndLow } = wishes;

function names(units: VideoUnit[]): string {
  return units
    .map(({ isKey, parts }) => `${isKey ? "key" : "delta"} ${parts.at(-1)?.join() ?? ""}`)
    .join(", ");
}

describe("[M22] another session", () => {
  async function watched() {
    const rig = makeRig();
    rig.screen.setWish(wall);
    await vi.advanceTimersByTimeAsync(0);
    rig.sessions[0]?.show();
    return rig;
  }

  test("takes the first one's place with its first key frame, without a gap and without a picture twice", async () => {
    const { screen, sessions, units } = await watched();
    screen.setWish(focus);
    await vi.advanceTimersByTimeAsync(300);
    sessions[0]?.show(false);
    expect(sessions[0]?.isClosed).toBe(false);
    sessions[1]?.show();
    sessions[0]?.show(false);
    sessions[1]?.show(false);
    expect(names(units)).toBe("key 0, delta 0, key 1, delta 1");
    await vi.advanceTimersByTimeAsync(0);
    expect(sessions.map((each) => each.isClosed)).toEqual([true, false]);
  });

  test("is started alone when the phone's encoder serves only one", async () => {
    const { screen, sessions, units, fail, problems } = await watched();
    problems.length = 0;
    fail(new ServerEndedError("no more encoders"));
    screen.setWish(focus);
    await vi.advanceTimersByTimeAsync(0);
    expect(sessions[0]?.isClosed).toBe(true);
    fail(undefined);
    await vi.advanceTimersByTimeAsync(600);
    expect(sessions).toHaveLength(2);
    sessions[1]?.show();
    expect(names(units)).toBe("key 0, key 1");
    screen.setWish(wall);
    await vi.advanceTimersByTimeAsync(11_000);
    // Nothing is tried again that is known not to work.
    expect(sessions.map((each) => each.isClosed)).toEqual([true, true, false]);
  });

  test("is started alone when it shows nothing beside the first one", async () => {
    const { screen, sessions } = await watched();
    screen.setWish(focus);
    await vi.advanceTimersByTimeAsync(7900);
    expect(sessions.map((each) => each.isClosed)).toEqual([false, false]);
    await vi.advanceTimersByTimeAsync(200);
    expect(sessions.map((each) => each.isClosed)).toEqual([true, true, false]);
    expect(sessions[2]?.wish.video?.maxSize).toBe(1600);
  });

  test("shows at once when the phone took the encoder from the first one", async () => {
    const { screen, sessions, units, problems } = await watched();
    problems.length = 0;
    screen.setWish(focus);
    await vi.advanceTimersByTimeAsync(0);
    sessions[0]?.end("the codec was reclaimed");
    await vi.advanceTimersByTimeAsync(100);
    sessions[1]?.show();
    expect(names(units)).toBe("key 0, key 1");
    expect(problems).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sessions).toHaveLength(2);
  });

  test("leaves the first one as it is when it cannot be started for another reason", async () => {
    const { screen, sessions, fail, problems } = await watched();
    problems.length = 0;
    fail(new Error("the relay does not answer"));
    screen.setWish(focus);
    await vi.advanceTimersByTimeAsync(700);
    expect(sessions[0]?.isClosed).toBe(false);
    expect(problems).toEqual([]);
    fail(undefined);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sessions[1]?.wish.video?.maxSize).toBe(1600);
  });

  test("is not started for a wish that is gone before it shows anything", async () => {
    const { screen, sessions } = await watched();
    screen.setWish(focus);
    await vi.advanceTimersByTimeAsync(0);
    screen.setWish(undefined);
    await vi.advanceTimersByTimeAsync(6000);
    expect(sessions.map((each) => each.isClosed)).toEqual([true, true]);
  });

  test("waits for a finger that is down on the first one, whose control works until it is up", async () => {
    const { screen, sessions } = await watched();
    const hold = screen.holdControl({ onClipboard: () => undefined, onFailure: () => undefined });
    hold.send(Uint8Array.of(1), true);
    screen.setWish(focus);
    await vi.advanceTimersByTimeAsync(0);
    hold.send(Uint8Array.of(2), true);
    sessions[1]?.show();
    await vi.advanceTimersByTimeAsync(100);
    hold.send(Uint8Array.of(3), true);
    hold.send(Uint8Array.of(4), false);
    hold.send(Uint8Array.of(5), true);
    await vi.advanceTimersByTimeAsync(0);
    expect(sessions.map(({ sent }) => sent.map((bytes) => bytes[0]))).toEqual([[1, 2, 3, 4], [5]]);
    expect(sessions.map((each) => each.isClosed)).toEqual([true, false]);
  });

  test("does not wait for ever for a finger that is never lifted", async () => {
    const { screen, sessions } = await watched();
    const hold = screen.holdControl({ onClipboard: () => undefined, onFailure: () => undefined });
    hold.send(Uint8Array.of(1), true);
    screen.setWish(focus);
    await vi.advanceTimersByTimeAsync(0);
    sessions[1]?.show();
    await vi.advanceTimersByTimeAsync(3100);
    expect(sessions[0]?.isClosed).toBe(true);
    hold.send(Uint8Array.of(2), true);
    expect(sessions[1]?.sent).toHaveLength(1);
  });

  test("comes soon when the farm PC lacks something, and not before somebody made up their mind else", async () => {
    const { screen, sessions } = makeRig();
    screen.setWish(focus);
    await vi.advanceTimersByTimeAsync(0);
    sessions[0]?.show();
    screen.setWish({ ...focus, share: { ...fullShare, rate: 0.5, lack: "usb" } });
    await vi.advanceTimersByTimeAsync(1100);
    expect(sessions[1]?.wish.video).toMatchObject({ maxSize: 1600, maxFps: 30 });
  });
});

describe("[M24] the phone's video", () => {
  test("is passed on with its parameter sets before each key frame, and not decoded when nobody needs a picture", async () => {
    const { screen, sessions, units, decoders } = makeRig();
    screen.setWish(video);
    await vi.advanceTimersByTimeAsync(0);
    sessions[0]?.show();
    sessions[0]?.show(false);
    expect(units.map(({ isKey, parts }) => [isKey, parts.length])).toEqual([
      [true, 2],
      [false, 1],
    ]);
    expect(units[0]?.size).toEqual({ width: 240, height: 536 });
    expect(decoders.built).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sessions).toHaveLength(1);
  });

  test("is decoded from a fresh key frame on when a JPEG is watched too, and not any longer than that", async () => {
    const { screen, sessions, pictures, decoders } = makeRig();
    screen.setWish(video);
    await vi.advanceTimersByTimeAsync(0);
    sessions[0]?.show();
    screen.setWish(videoAndLow);
    await vi.advanceTimersByTimeAsync(0);
    expect(sessions.at(-1)?.resets).toBe(1);
    expect(pictures).toHaveLength(1);
    screen.setWish(video);
    await vi.advanceTimersByTimeAsync(0);
    expect(decoders.open).toBe(0);
  });

  test("[M25] is refreshed once a second, however often it is asked", async () => {
    const { screen, sessions } = makeRig();
    screen.setWish(video);
    await vi.advanceTimersByTimeAsync(0);
    screen.refresh();
    await vi.advanceTimersByTimeAsync(0);
    expect(sessions[0]?.resets).toBe(0);
    sessions[0]?.show();
    for (let asked = 0; asked < 20; asked += 1) {
      screen.refresh();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(sessions[0]?.resets).toBe(3);
  });
});
