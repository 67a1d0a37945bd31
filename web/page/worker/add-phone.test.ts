import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeUsbPicker } from "./add-phone.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function refusing(name: string, message = "") {
  return { requestDevice: () => Promise.reject(new DOMException(message, name)) };
}

test("a closed picker is no fault and says nothing", async () => {
  expect(await makeUsbPicker(refusing("NotFoundError"))()).toEqual({ ok: false });
});

test("a policy, a second picker and anything else are told in words", async () => {
  expect(await makeUsbPicker(refusing("SecurityError"))()).toMatchObject({
    words: expect.stringMatching(/policy/),
  });
  expect(await makeUsbPicker(refusing("InvalidStateError"))()).toMatchObject({
    words: expect.stringMatching(/already open/),
  });
  expect(await makeUsbPicker(refusing("NetworkError", "odd"))()).toMatchObject({
    words: expect.stringMatching(/odd/),
  });
});

test("a picker that never settles is given up", async () => {
  const picked = makeUsbPicker({ requestDevice: () => new Promise(() => {}) }, 1000)();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await picked).toMatchObject({ ok: false, words: expect.stringMatching(/did not answer/) });
});

test("a browser without USB is told what it needs", async () => {
  expect(await makeUsbPicker(undefined)()).toMatchObject({ words: expect.stringMatching(/Chrome or Edge/) });
});
