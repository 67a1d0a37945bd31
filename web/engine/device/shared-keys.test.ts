import type { AdbPrivateKey } from "@yume-chan/adb";
import { expect, onTestFinished, test, vi } from "vitest";
import { makeSharedKeys } from "./shared-keys.ts";

async function readAll(
  keys: AsyncIterable<AdbPrivateKey> | Iterable<AdbPrivateKey>,
): Promise<AdbPrivateKey[]> {
  const read: AdbPrivateKey[] = [];
  for await (const key of keys) read.push(key);
  return read;
}

test("one key is made although many phones ask for the first one at once", async () => {
  const stored: AdbPrivateKey[] = [];
  const keys = makeSharedKeys({
    iterateKeys: () => stored.values(),
    generateKey: async () => {
      await Promise.resolve();
      const key = { buffer: new Uint8Array([stored.length]), name: "farm" };
      stored.push(key);
      return key;
    },
  });
  const seen = await Promise.all([1, 2, 3].map(async () => readAll(keys.iterateKeys())));
  expect(stored).toHaveLength(1);
  expect(seen).toEqual([stored, stored, stored]);
});

test("a key that could not be made is tried again", async () => {
  let attempts = 0;
  const key: AdbPrivateKey = { buffer: new Uint8Array([7]) };
  const keys = makeSharedKeys({
    iterateKeys: () => [],
    generateKey: () => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(new Error("no storage")) : key;
    },
  });
  await expect(keys.generateKey()).rejects.toThrow("no storage");
  await expect(keys.generateKey()).resolves.toBe(key);
});

test("a key that storage never brings is asked for again", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const key: AdbPrivateKey = { buffer: new Uint8Array([7]) };
  const generateKey = vi.fn<() => Promise<AdbPrivateKey>>(async () => key);
  generateKey.mockReturnValueOnce(new Promise(() => undefined));
  const keys = makeSharedKeys({ iterateKeys: () => [], generateKey });
  const first = Promise.resolve(keys.generateKey()).catch(String);
  await vi.advanceTimersByTimeAsync(8000);
  expect(await first).toContain("reading the ADB key took longer than 8 s");
  expect(await keys.generateKey()).toBe(key);
});
