import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ServerEndedError } from "./scrcpy-session.ts";
import { makeScreenRig as makeRig, wishes } from "./testing/screen-rig.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const { low } = wishes;
const refusal = new ServerEndedError("the encoder failed");

test("[M34] another encoder is found within some seconds, and kept by who watches later", async () => {
  const { screen, sessions, problems, encoderless, fail } = makeRig();
  fail(({ video }) => (video?.encoder === "c2.android.avc.encoder" ? undefined : refusal));
  screen.setWish(low);
  await vi.advanceTimersByTimeAsync(5000);
  sessions[0]?.show();
  expect(sessions[0]?.wish.video).toMatchObject({ maxSize: 536, encoder: "c2.android.avc.encoder" });
  expect(problems.at(-1)).toBeUndefined();
  screen.setWish(undefined);
  await vi.advanceTimersByTimeAsync(6000);
  screen.setWish(low);
  await vi.advanceTimersByTimeAsync(0);
  expect(sessions).toHaveLength(2);
  expect(encoderless).toEqual([]);
});

test("[M35] where no encoder works single pictures are asked for, until one works after all", async () => {
  const { screen, sessions, problems, encoderless, fail } = makeRig();
  fail(() => refusal);
  screen.setWish(low);
  await vi.advanceTimersByTimeAsync(8000);
  expect(encoderless).toEqual([true]);
  expect(problems.at(-1)).toBe("the encoder failed");
  fail(() => undefined);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(sessions).toEqual([]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(sessions).toHaveLength(1);
  expect(encoderless).toEqual([true]);
  sessions[0]?.show();
  expect([encoderless, problems.at(-1)]).toEqual([[true, false], undefined]);
});

test("[M35] the encoders are tried every two minutes, and single pictures go on meanwhile", async () => {
  const { screen, encoderless, attempts, fail } = makeRig();
  fail(() => refusal);
  screen.setWish(low);
  await vi.advanceTimersByTimeAsync(400_000);
  expect(encoderless).toEqual([true]);
  // Four sizes and two of another encoder, and that four times.
  expect(attempts()).toBe(24);
  screen.setWish(undefined);
  expect(encoderless).toEqual([true, false]);
});

test("[M35] a phone without an encoder lets itself be controlled", async () => {
  const { screen, sessions, fail } = makeRig();
  fail(({ video }) => video && refusal);
  screen.setWish(low);
  await vi.advanceTimersByTimeAsync(8000);
  const control = screen.openControl();
  await vi.advanceTimersByTimeAsync(0);
  await expect(control).resolves.toMatchObject({ picture: undefined });
  expect(sessions).toHaveLength(1);
});
